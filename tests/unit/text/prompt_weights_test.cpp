#include "text/prompt_weights.hpp"

#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "inkstone/error.hpp"
#include "text/prompt_length.hpp"

namespace inkstone {
namespace {

using Section = std::vector<WeightedText>;

Section only_section(std::string_view prompt) {
  const auto sections = parse_weights(prompt);
  EXPECT_EQ(sections.size(), 1U) << prompt;
  return sections.front();
}

// Texts exactly, weights to rounding.
void expect_section(std::string_view prompt, const Section& expected) {
  const auto got = only_section(prompt);
  ASSERT_EQ(got.size(), expected.size()) << prompt;
  for (std::size_t i = 0; i < got.size(); ++i) {
    EXPECT_EQ(got[i].text, expected[i].text) << prompt;
    EXPECT_NEAR(got[i].weight, expected[i].weight, 1e-12) << prompt;
  }
}

// Worked by hand from the documented grammar.
TEST(PromptWeights, FollowTheGrammar) {
  expect_section("normal text", {{"normal text", 1}});
  expect_section("an (important) word", {{"an ", 1}, {"important", 1.1}, {" word", 1}});
  expect_section("a [faint] word", {{"a ", 1}, {"faint", 1 / 1.1}, {" word", 1}});
  expect_section("(word:1.2)", {{"word", 1.2}});
  expect_section("(word : 0.5 )", {{"word ", 0.5}});
  expect_section("(word:+2)(word:-1)", {{"word", 2}, {"word", -1}});
  expect_section("(unnecessary)(parens)", {{"unnecessaryparens", 1.1}});
  expect_section("((a) (b:2))", {{"a", 1.21}, {" ", 1.1}, {"b", 2.2}});
  expect_section("a (((house:1.3)) [on] a (hill:0.5), sun, (((sky))).", {{"a ", 1},
                                                                         {"house", 1.573},
                                                                         {" ", 1.1},
                                                                         {"on", 1},
                                                                         {" a ", 1.1},
                                                                         {"hill", 0.55},
                                                                         {", sun, ", 1.1},
                                                                         {"sky", 1.4641},
                                                                         {".", 1.1}});
}

TEST(PromptWeights, TakeWhatIsUnbalancedOrEscapedAsText) {
  expect_section("(unbalanced", {{"unbalanced", 1.1}});
  expect_section("a) b] c", {{"a) b] c", 1}});
  expect_section(R"(\(literal\] \\)", {{R"((literal] \)", 1}});
  expect_section(R"(C:\path\file)", {{R"(C:\path\file)", 1}});
  expect_section("ratio 3:4", {{"ratio 3:4", 1}});
  expect_section("12:30:1.5)", {{"12:30:1.5)", 1}});
  expect_section("(a:1.2.3)", {{"a:1.2.3", 1.1}});
  expect_section("(a:b)", {{"a:b", 1.1}});
  expect_section("(a:+-2)", {{"a:+-2", 1.1}});
  expect_section("(a:inf)(a:nan)", {{"a:infa:nan", 1.1}});
  EXPECT_TRUE(only_section("").empty());
  EXPECT_TRUE(only_section("()").empty());
}

TEST(PromptWeights, BreakWhereAWordSaysSo) {
  EXPECT_EQ(parse_weights("a cat BREAK\n a dog"), (std::vector<Section>{{{"a cat", 1}}, {{"a dog", 1}}}));
  EXPECT_EQ(parse_weights("BREAK"), (std::vector<Section>{{}, {}}));
  EXPECT_EQ(parse_weights("a BREAK BREAK b").size(), 3U);
  EXPECT_EQ(parse_weights("aBREAK BREAKb BREAK_ break").size(), 1U);
  EXPECT_EQ(parse_weights("(a BREAK b)"), (std::vector<Section>{{{"a", 1.1}}, {{"b", 1.1}}}));
}

TEST(PromptWeights, OfNestedBracketsMultiply) {
  for (int depth = 0; depth < 20; ++depth) {
    const std::string open(depth, '('), close(depth, ')');
    EXPECT_NEAR(only_section(open + "x" + close).front().weight, std::pow(1.1, depth), 1e-9);
    EXPECT_NEAR(only_section(std::string(depth, '[') + open + "x" + close + std::string(depth, ']')).front().weight, 1, 1e-9);
  }
}

TEST(PromptWeights, KeepEveryLetterOfRandomTexts) {
  std::mt19937 random(3);
  constexpr std::string_view kAlphabet = "abc ()[]:\\|.125-\n,";
  const auto draw = [&](std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random); };
  const auto letters = [](std::string_view text) {
    std::string kept;
    for (const char c : text)
      if (c >= 'a' && c <= 'c') kept += c;
    return kept;
  };
  for (int i = 0; i < 20000; ++i) {
    std::string prompt;
    for (std::size_t k = draw(40); k > 0; --k) prompt += kAlphabet[draw(kAlphabet.size())];
    std::string joined;
    for (const auto& part : only_section(prompt)) {
      joined += part.text;
      EXPECT_TRUE(std::isfinite(part.weight));
    }
    EXPECT_EQ(letters(joined), letters(prompt)) << prompt;
  }
}

TEST(PromptWeights, RefuseAHugePrompt) {
  EXPECT_THROW(parse_weights(std::string(100'000'000, '(')), Error);
  std::string nested;
  while (nested.size() + 2 < kLongestPrompt) nested += "(a";
  EXPECT_NO_THROW(parse_weights(nested));
}

}  // namespace
}  // namespace inkstone
