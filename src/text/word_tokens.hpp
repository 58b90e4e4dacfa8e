// A tokeniser for captions in English and Chinese: whole words and single Chinese characters that a vocabulary lists, and bytes
// for everything else, so that no text is refused. Small enough to travel as a plain list of words.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "nn/attention_listener.hpp"

namespace inkstone {

class WordTokens {
 public:
  static constexpr int64_t kPad = 0, kStart = 1, kFirstByte = 2, kFirstWord = kFirstByte + 256;

  // words: lower case, each once; their ids count up from kFirstWord. Throws bad_argument for one twice or an empty one.
  explicit WordTokens(std::vector<std::string> words);

  int64_t size() const { return kFirstWord + int64_t(ids_.size()); }

  // Says of the n-th word of a text whether its bytes are given although it is known: training spells some words, so that bytes
  // mean something.
  using Spelled = std::function<bool(std::size_t n)>;

  // kStart, the text, then kPad; always `length` ids, what is longer is cut. Case, white space and punctuation make no
  // difference; full-width forms are those of ASCII. Throws bad_argument where the text is longer than kLongestPrompt
  // (text/prompt_length.hpp).
  std::vector<int64_t> encode(std::string_view text, std::size_t length, const Spelled& spelled = {}) const;

  // What the ids say, up to the first kPad: English words with spaces between, Chinese without; bytes beside each other are one
  // word, those that are no UTF-8 are U+FFFD. The other way round than encode but for case and punctuation, and for words that
  // are only spelled, which run together.
  std::string text(const std::vector<int64_t>& ids) const;

  // The words of a text with their places among the ids of encode(text, length); what is cut is left out.
  std::vector<nn::TokenSpan> spans(std::string_view text, std::size_t length) const;

 private:
  std::unordered_map<std::string, int64_t> ids_;
  std::vector<std::string> words_;  // in order of their ids
};

}  // namespace inkstone
