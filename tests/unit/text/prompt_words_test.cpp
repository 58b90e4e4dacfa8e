#include "text/prompt_words.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace inkstone {
namespace {

using WordSpans = std::vector<nn::TokenSpan>;

const ClipTokenizer& clip_words() {
  static const auto tokenizer = ClipTokenizer::embedded();
  return tokenizer;
}

WordSpans spans_in(const std::string& prompt, const std::vector<TextualInversion>& inversions = {}) {
  return word_spans(chunk_prompt(prompt, clip_words(), inversions), clip_words(), inversions);
}

TEST(PromptWords, StandAfterTheMarkOfTheStart) {
  EXPECT_EQ(spans_in("a red apple"), (WordSpans{{"a", 1, 1}, {"red", 2, 1}, {"apple", 3, 1}}));
}

TEST(PromptWords, OfSeveralTokensAreOne) {
  const auto spans = spans_in("a photorealisticish Übermaß");
  ASSERT_EQ(spans.size(), 3u);
  EXPECT_EQ(spans[1].word, "photorealisticish");
  EXPECT_GT(spans[1].count, 1);
  EXPECT_EQ(spans[2].word, "übermaß");
  EXPECT_EQ(spans[2].first, spans[1].first + spans[1].count);
}

TEST(PromptWords, LeaveOutPunctuationAndEmphasis) {
  EXPECT_EQ(spans_in("red, (fox:1.4)."), (WordSpans{{"red", 1, 1}, {"fox", 3, 1}}));
  EXPECT_TRUE(spans_in("").empty());
}

TEST(PromptWords, OfALaterChunkStandInIt) {
  EXPECT_EQ(spans_in("red BREAK fox"), (WordSpans{{"red", 1, 1}, {"fox", 78, 1}}));
}

TEST(PromptWords, OfOnesOwnHaveTheirName) {
  const TextualInversion mine{{"<mine>"}, {{768, at::zeros({3, 768})}}};
  EXPECT_EQ(spans_in("a <mine> fox", {mine}), (WordSpans{{"a", 1, 1}, {"<mine>", 2, 3}, {"fox", 5, 1}}));
}

}  // namespace
}  // namespace inkstone
