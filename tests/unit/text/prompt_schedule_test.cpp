#include "text/prompt_schedule.hpp"

#include <random>

#include <gtest/gtest.h>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

using Spans = std::vector<PromptSpan>;

Spans ten_steps(std::string_view prompt) {
  return prompt_schedule(prompt, 10);
}

// Worked by hand from the documented grammar.
TEST(PromptSchedule, SwitchesByStepOrShare) {
  EXPECT_EQ(ten_steps("test"), (Spans{{10, "test"}}));
  EXPECT_EQ(ten_steps("a [b:3]"), (Spans{{3, "a "}, {10, "a b"}}));
  EXPECT_EQ(ten_steps("a [b: 3]"), (Spans{{3, "a "}, {10, "a b"}}));
  EXPECT_EQ(ten_steps("a [b::3] c"), (Spans{{3, "a b c"}, {10, "a  c"}}));
  EXPECT_EQ(ten_steps("a [b:.5] c"), (Spans{{5, "a  c"}, {10, "a b c"}}));
  EXPECT_EQ(ten_steps("a [b : c : 1] d"), (Spans{{1, "a b  d"}, {10, "a  c  d"}}));
  EXPECT_EQ(ten_steps("[a:b:0.25]"), (Spans{{2, "a"}, {10, "b"}}));
  EXPECT_EQ(ten_steps("[a:b:1]"), (Spans{{1, "a"}, {10, "b"}}));
  EXPECT_EQ(ten_steps("[a:b:1.0]"), (Spans{{10, "a"}}));
  EXPECT_EQ(ten_steps("[a:b:99]"), (Spans{{10, "a"}}));
  EXPECT_EQ(ten_steps("[a:b:-3]"), (Spans{{10, "b"}}));
}

TEST(PromptSchedule, Nests) {
  EXPECT_EQ(ten_steps("a[b:[c:d:2]:1]e"), (Spans{{1, "abe"}, {2, "ace"}, {10, "ade"}}));
  EXPECT_EQ(ten_steps("a [[[b]]:2]"), (Spans{{2, "a "}, {10, "a [[b]]"}}));
  EXPECT_EQ(ten_steps("[(a:2):3]"), (Spans{{3, ""}, {10, "(a:2)"}}));
  EXPECT_EQ(ten_steps("((x [a:b:4]:1.2))"), (Spans{{4, "((x a:1.2))"}, {10, "((x b:1.2))"}}));
  EXPECT_EQ(ten_steps("[[a|b]:c:2]"), (Spans{{1, "a"}, {2, "b"}, {10, "c"}}));
}

TEST(PromptSchedule, Alternates) {
  EXPECT_EQ(prompt_schedule("[fe|]male", 3), (Spans{{1, "female"}, {2, "male"}, {3, "female"}}));
  EXPECT_EQ(prompt_schedule("[fe|||]male", 5), (Spans{{1, "female"}, {4, "male"}, {5, "female"}}));
  EXPECT_EQ(prompt_schedule("[a|(b:1.1)]", 2), (Spans{{1, "a"}, {2, "(b:1.1)"}}));
  EXPECT_EQ(prompt_schedule("[a|b|c]", 4), (Spans{{1, "a"}, {2, "b"}, {3, "c"}, {4, "a"}}));
}

TEST(PromptSchedule, LeavesTheRestAsItIs) {
  for (const char* prompt : {"a [unbalanced", "a] [b", "[faint]", "[a:b]", "[a:b:c:3]", R"(\[a:b:3\])", R"([a\])", "[a:b|c:3]",
                             "(a:1.2) x|y", "a : b", ""})
    EXPECT_EQ(ten_steps(prompt), (Spans{{10, prompt}})) << prompt;
  EXPECT_EQ(ten_steps("((a][:b:c [d:3]"), (Spans{{3, "((a][:b:c "}, {10, "((a][:b:c d"}}));
  EXPECT_EQ(ten_steps(R"([a\:b:3])"), (Spans{{3, ""}, {10, R"(a\:b)"}}));
}

TEST(PromptSchedule, NeverFailsOnRandomTexts) {
  std::mt19937 random(5);
  constexpr std::string_view kAlphabet = "ab ()[]:|\\.19";
  const auto draw = [&](std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random); };
  for (int i = 0; i < 20000; ++i) {
    std::string prompt;
    for (std::size_t k = draw(40); k > 0; --k) prompt += kAlphabet[draw(kAlphabet.size())];
    const auto spans = prompt_schedule(prompt, 7);
    ASSERT_EQ(spans.back().until, 7);
    for (const auto& span : spans) EXPECT_EQ(prompt_at(prompt, span.until - 1, 7), span.prompt);
  }
}

TEST(PromptSchedule, BearsDeepBracketsAndRefusesAHugePrompt) {
  const std::string deep = std::string(20000, '[') + "a" + std::string(20000, ']');
  EXPECT_EQ(ten_steps(deep), (Spans{{10, deep}}));
  EXPECT_THROW(ten_steps(std::string(100'000'000, '[')), Error);
}

}  // namespace
}  // namespace inkstone
