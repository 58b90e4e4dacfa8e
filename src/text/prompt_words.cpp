#include "text/prompt_words.hpp"

#include <algorithm>

#include "text/unicode.hpp"

namespace inkstone {
namespace {

constexpr int64_t kChunkContext = 77;

bool says_something(const std::string& word) {
  const auto letters = unicode::decode(word);
  return std::any_of(letters.begin(), letters.end(), [](char32_t c) { return unicode::is_letter(c) || unicode::is_number(c); });
}

}  // namespace

std::vector<nn::TokenSpan> word_spans(const std::vector<PromptChunk>& chunks, const ClipTokenizer& tokenizer,
                                      const std::vector<TextualInversion>& inversions) {
  std::vector<nn::TokenSpan> spans;
  for (std::size_t k = 0; k < chunks.size(); ++k) {
    const auto& chunk = chunks[k];
    const auto pieces = tokenizer.pieces_of(chunk.tokens);
    const int64_t start = int64_t(k) * kChunkContext + 1, count = int64_t(pieces.size());
    nn::TokenSpan word{"", start, 0};
    for (int64_t at = 0; at < count;) {
      const auto inserted =
          std::find_if(chunk.insertions.begin(), chunk.insertions.end(), [&](const Insertion& i) { return i.at == at; });
      if (inserted != chunk.insertions.end()) {
        const auto& inversion = inversions.at(inserted->which);
        spans.push_back({inversion.names.front(), start + at, std::min(inversion.length(), count - at)});
        at += inversion.length();
        word = {"", start + at, 0};
        continue;
      }
      word.word += pieces[std::size_t(at)].text;
      ++word.count;
      ++at;
      if (!pieces[std::size_t(at - 1)].ends_word && at < count) continue;
      if (says_something(word.word)) spans.push_back(word);
      word = {"", start + at, 0};
    }
  }
  return spans;
}

}  // namespace inkstone
