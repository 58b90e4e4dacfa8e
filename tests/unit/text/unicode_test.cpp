#include "text/unicode.hpp"

#include <random>

#include <gtest/gtest.h>

namespace inkstone::unicode {
namespace {

TEST(Utf8, TakesEveryCharacterThereAndBack) {
  for (char32_t c = 0; c <= 0x10ffff; c += c < 0x3000 ? 1 : 37) {
    if (c >= 0xd800 && c < 0xe000) continue;
    EXPECT_EQ(decode(encode(std::u32string(1, c))), std::u32string(1, c));
  }
}

TEST(Utf8, ReplacesEachBrokenPieceOnce) {
  EXPECT_EQ(decode("a\xff"), U"a\xfffd");
  EXPECT_EQ(decode("\xe4\xbd"), U"\xfffd");                            // cut off
  EXPECT_EQ(decode("\xe4\xbdz"), U"\xfffdz");                          // and what follows is kept
  EXPECT_EQ(decode("\xc0\xaf"), U"\xfffd\xfffd");                      // overlong
  EXPECT_EQ(decode("\xed\xa0\x80"), U"\xfffd\xfffd\xfffd");            // a surrogate
  EXPECT_EQ(decode("\xf4\x90\x80\x80"), U"\xfffd\xfffd\xfffd\xfffd");  // beyond U+10FFFF
}

TEST(NormalForms, ComposeAndDecompose) {
  EXPECT_EQ(nfc(U"e\u0301"), U"\u00e9");
  EXPECT_EQ(nfd(U"\u00e9"), U"e\u0301");
  EXPECT_EQ(nfc(U"\u212b"), U"\u00c5");                // the angstrom sign
  EXPECT_EQ(nfc(U"q\u0307\u0323"), U"q\u0323\u0307");  // marks in order
  EXPECT_EQ(nfc(U"\u1100\u1161\u11a8"), U"\uac01");    // Hangul
  EXPECT_EQ(nfd(U"\uac01"), U"\u1100\u1161\u11a8");
  EXPECT_EQ(nfc(U"\u0958"), U"\u0915\u093c");  // excluded from composition
}

TEST(NormalForms, AreStableOnRandomTexts) {
  std::mt19937 random(1);
  const auto draw = [&] { return char32_t(std::uniform_int_distribution<uint32_t>(0xc0, 0x3400)(random)); };
  for (int i = 0; i < 2000; ++i) {
    std::u32string text;
    for (int k = 0; k < 12; ++k) text += draw();
    EXPECT_EQ(nfc(nfc(text)), nfc(text));
    EXPECT_EQ(nfd(nfc(text)), nfd(text));
    EXPECT_EQ(nfc(nfd(text)), nfc(text));
  }
}

TEST(LowerCase, KnowsTheFinalSigmaAndTheDottedI) {
  EXPECT_EQ(lower_case(U"\u039f\u0394\u039f\u03a3"), U"\u03bf\u03b4\u03bf\u03c2");
  EXPECT_EQ(lower_case(U"\u03a3\u0391"), U"\u03c3\u03b1");
  EXPECT_EQ(lower_case(U"\u03a3"), U"\u03c3");
  EXPECT_EQ(lower_case(U"\u0130"), U"i\u0307");
  EXPECT_EQ(lower_case(U"\u00c9COLE \u1e9e"), U"\u00e9cole \u00df");
}

TEST(Categories, AreThoseOfTheStandard) {
  EXPECT_TRUE(is_letter(U'\u4e2d') && is_letter(U'\u00aa') && !is_letter(U'5'));
  EXPECT_TRUE(is_number(U'\u00bd') && is_number(U'\u2167') && !is_number(U'a'));
  EXPECT_TRUE(is_control(U'\u200b') && is_control(U'\u0378') && is_control(0x110000) && !is_control(U' '));
  EXPECT_TRUE(is_blank(U'\u3000') && !is_blank(U'\n'));
  EXPECT_TRUE(is_nonspacing_mark(U'\u0301') && is_punctuation(U'\u2026') && !is_punctuation(U'+'));
  EXPECT_TRUE(is_han(U'\u4e00') && is_han(0x20000) && !is_han(U'\u3042'));
}

}  // namespace
}  // namespace inkstone::unicode
