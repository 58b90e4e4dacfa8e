#include "text/word_tokens.hpp"

#include <gtest/gtest.h>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

constexpr int64_t kWord = WordTokens::kFirstWord, kByte = WordTokens::kFirstByte;

WordTokens small_tokens() {
  return WordTokens({"red", "fox", "红", "色", "2"});
}

std::vector<int64_t> padded(std::vector<int64_t> ids, std::size_t length) {
  ids.insert(ids.begin(), WordTokens::kStart);
  ids.resize(length, WordTokens::kPad);
  return ids;
}

TEST(WordTokens, TakesWordsWholeAndChineseByTheCharacter) {
  EXPECT_EQ(small_tokens().size(), kWord + 5);
  EXPECT_EQ(small_tokens().encode("red fox", 5), padded({kWord, kWord + 1}, 5));
  EXPECT_EQ(small_tokens().encode("红色fox", 6), padded({kWord + 2, kWord + 3, kWord + 1}, 6));
  EXPECT_EQ(small_tokens().encode("", 3), padded({}, 3));
}

TEST(WordTokens, PassesOverCaseSpacePunctuationAndWidth) {
  const auto plain = small_tokens().encode("red fox 2", 6);
  for (const char* text : {"  Red,\tFOX - 2! ", "red　fox，２", "ＲＥＤ fox.2"})
    EXPECT_EQ(small_tokens().encode(text, 6), plain) << text;
}

TEST(WordTokens, SaysWhatIdsMean) {
  const auto tokens = small_tokens();
  for (const char* text : {"red fox", "红色fox", "2 red", "ox 红", "狐2", ""})
    EXPECT_EQ(tokens.encode(tokens.text(tokens.encode(text, 12)), 12), tokens.encode(text, 12)) << text;
  EXPECT_EQ(tokens.text(tokens.encode("Red, fox 2", 6)), "red fox 2");
  EXPECT_EQ(tokens.text(tokens.encode("红色 fox", 6)), "红色fox");
  EXPECT_EQ(tokens.text({kWord, 0, kWord + 1}), "red");
  EXPECT_EQ(tokens.text({kByte + 0xE7, kWord, kWord + 99, -3}), "\uFFFD red");
}

TEST(WordTokens, SpellsWhatItDoesNotKnow) {
  EXPECT_EQ(small_tokens().encode("ox 狐", 8), padded({kByte + 'o', kByte + 'x', kByte + 0xE7, kByte + 0x8B, kByte + 0x90}, 8));
  EXPECT_EQ(small_tokens().encode("red fox", 8, [](std::size_t n) { return n == 0; }),
            padded({kByte + 'r', kByte + 'e', kByte + 'd', kWord + 1}, 8));
}

TEST(WordTokens, TellsWhichTokensAreWhichWord) {
  using Spans = std::vector<nn::TokenSpan>;
  EXPECT_EQ(small_tokens().spans("A Red fox", 8),
            (Spans{{"a", 1, 1}, {"red", 2, 1}, {"fox", 3, 1}}));  // a is spelled, of one byte
  EXPECT_EQ(small_tokens().spans("ox red", 8), (Spans{{"ox", 1, 2}, {"red", 3, 1}}));
  EXPECT_EQ(small_tokens().spans("ox red fox", 3), (Spans{{"ox", 1, 2}}));
  EXPECT_TRUE(small_tokens().spans(" ,", 8).empty());
}

TEST(WordTokens, CutsAndRefuses) {
  EXPECT_EQ(small_tokens().encode("red fox red fox", 3), padded({kWord, kWord + 1}, 3));
  EXPECT_EQ(small_tokens().encode(std::string(10'000, 'a'), 4).size(), 4U);
  EXPECT_EQ(small_tokens().encode("\xff\xfe red", 4).size(), 4U);
  EXPECT_THROW(small_tokens().encode(std::string(100'000, 'a'), 4), Error);
  EXPECT_THROW(WordTokens({"a", "a"}), Error);
  EXPECT_THROW(WordTokens({""}), Error);
}

}  // namespace
}  // namespace inkstone
