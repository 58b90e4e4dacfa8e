#include "text/word_tokens.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "text/prompt_length.hpp"
#include "text/unicode.hpp"

namespace inkstone {
namespace {

constexpr char32_t kFullWidthFirst = 0xFF01, kFullWidthLast = 0xFF5E, kFullWidthShift = 0xFEE0;

char32_t half_width(char32_t c) {
  return c >= kFullWidthFirst && c <= kFullWidthLast ? c - kFullWidthShift : c;
}

// Runs of letters and digits; a Chinese character is a word.
std::vector<std::string> words_in(std::string_view text) {
  std::vector<std::string> words;
  bool open = false;
  for (char32_t c : unicode::lower_case(unicode::nfc(unicode::decode(text)))) {
    c = half_width(c);
    const bool han = unicode::is_han(c);
    if (!han && !unicode::is_letter(c) && !unicode::is_number(c)) {
      open = false;
      continue;
    }
    if (han || !open) words.emplace_back();
    unicode::append_utf8(words.back(), unicode::lower_of(c));
    open = !han;
  }
  return words;
}

std::string joined(const std::vector<std::string>& words) {
  std::u32string text;
  for (const auto& word : words) {
    const auto letters = unicode::decode(word);
    if (letters.empty()) continue;
    if (!text.empty() && !unicode::is_han(text.back()) && !unicode::is_han(letters.front())) text += U' ';
    text += letters;
  }
  return unicode::encode(text);
}

}  // namespace

WordTokens::WordTokens(std::vector<std::string> words) : words_(std::move(words)) {
  for (const auto& word : words_)
    if (word.empty() || !ids_.emplace(word, size()).second)
      throw Error(ErrorCategory::bad_argument, fmt::format("the vocabulary has the word '{}' twice, or an empty one", word));
}

std::vector<int64_t> WordTokens::encode(std::string_view text, std::size_t length, const Spelled& spelled) const {
  check_prompt_length(text);
  std::vector<int64_t> ids = {kStart};
  std::size_t n = 0;
  for (const auto& word : words_in(text)) {
    const auto known = ids_.find(word);
    const bool whole = known != ids_.end() && !(spelled && spelled(n));
    ++n;
    if (whole)
      ids.push_back(known->second);
    else
      for (const unsigned char byte : word) ids.push_back(kFirstByte + byte);
    if (ids.size() >= length) break;
  }
  ids.resize(length, kPad);
  return ids;
}

std::string WordTokens::text(const std::vector<int64_t>& ids) const {
  std::vector<std::string> words;
  bool spelling = false;
  for (const int64_t id : ids) {
    if (id == kPad) break;
    const bool byte = id >= kFirstByte && id < kFirstWord;
    if (!byte && (id < kFirstWord || id >= size())) continue;
    if (!byte || !spelling) words.emplace_back();
    words.back() += byte ? std::string(1, char(id - kFirstByte)) : words_[std::size_t(id - kFirstWord)];
    spelling = byte;
  }
  return joined(words);
}

std::vector<nn::TokenSpan> WordTokens::spans(std::string_view text, std::size_t length) const {
  check_prompt_length(text);
  std::vector<nn::TokenSpan> spans;
  int64_t first = 1;  // after kStart
  for (const auto& word : words_in(text)) {
    const int64_t room = int64_t(length) - first, count = ids_.contains(word) ? 1 : int64_t(word.size());
    if (room <= 0) break;
    spans.push_back({word, first, std::min(count, room)});
    first += count;
  }
  return spans;
}

}  // namespace inkstone
