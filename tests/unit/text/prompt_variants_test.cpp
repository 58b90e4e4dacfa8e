#include "text/prompt_variants.hpp"

#include <map>
#include <set>

#include <gtest/gtest.h>

#include "inkstone/error.hpp"
#include "text/prompt_length.hpp"

namespace inkstone {
namespace {

std::vector<std::string> list_of(const std::string& name) {
  static const std::map<std::string, std::vector<std::string>> lists = {
      {"colour", {"red", "{dark|light} blue"}}, {"circle", {"a __circle__"}}, {"none", {}}};
  const auto found = lists.find(name);
  if (found == lists.end()) throw Error(ErrorCategory::not_found, name);
  return found->second;
}

std::set<std::string> all_of(const std::string& prompt) {
  std::set<std::string> drawn;
  for (std::uint64_t seed = 0; seed < 200; ++seed) drawn.insert(prompt_variant(prompt, seed, list_of));
  return drawn;
}

TEST(PromptVariants, DrawEveryAlternativeAndNothingElse) {
  EXPECT_EQ(all_of("a {red|blue|} fox"), (std::set<std::string>{"a red fox", "a blue fox", "a  fox"}));
  EXPECT_EQ(all_of("{a|{b|c}} d"), (std::set<std::string>{"a d", "b d", "c d"}));
  EXPECT_EQ(all_of("__colour__ sky"), (std::set<std::string>{"red sky", "dark blue sky", "light blue sky"}));
}

TEST(PromptVariants, FollowFromTheSeedAlone) {
  for (std::uint64_t seed = 0; seed < 20; ++seed)
    EXPECT_EQ(prompt_variant("{1|2|3|4} {1|2|3|4}", seed), prompt_variant("{1|2|3|4} {1|2|3|4}", seed));
}

TEST(PromptVariants, WeighWhatHasANumber) {
  int red = 0;
  for (std::uint64_t seed = 0; seed < 4000; ++seed) red += prompt_variant("{3::red|blue}", seed) == "red";
  EXPECT_NEAR(red / 4000.0, 0.75, 0.03);
  EXPECT_EQ(all_of("{0::red|blue}"), std::set<std::string>{"blue"});
}

TEST(PromptVariants, LeaveTheRestOfTheGrammarAlone) {
  for (const auto* prompt :
       {"(a:1.2) [b|c] [d:e:0.5] {no bar} \\(x\\) BREAK", "{[a|b]}", "a { b | c", "snake_case __unknown", "}{"})
    EXPECT_EQ(prompt_variant(prompt, 1, list_of), prompt);
  EXPECT_EQ(prompt_variant("\\{a|b\\}", 1), "{a|b}");
  EXPECT_EQ(prompt_variant("__colour__", 1), "__colour__");
}

TEST(PromptVariants, KnowWhetherThereIsAnythingToDraw) {
  EXPECT_TRUE(has_variants("{a|b}"));
  EXPECT_TRUE(has_variants("x __y__"));
  EXPECT_FALSE(has_variants("[a|b] {c} \\{a|b\\} d_e"));
}

TEST(PromptVariants, RefuseCirclesEmptyListsAndWhatIsTooLong) {
  EXPECT_THROW(prompt_variant("__circle__", 0, list_of), Error);
  EXPECT_THROW(prompt_variant("__none__", 0, list_of), Error);
  EXPECT_THROW(prompt_variant("__nowhere__", 0, list_of), Error);
  EXPECT_THROW(prompt_variant(std::string(kLongestPrompt + 1, 'a'), 0), Error);
}

}  // namespace
}  // namespace inkstone
