#include "text/prompt_networks.hpp"

#include <gtest/gtest.h>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

TEST(PromptNetworks, TakesLorasOutOfThePrompt) {
  const auto found =
      extract_loras("a cat <lora:ink:0.8>, on mars<lora:a b> <lyco:two:0.5:0.25><lora:x:te=0.1:unet=2><lora:y:unet=3>");
  EXPECT_EQ(found.prompt, "a cat , on mars ");
  const std::vector<LoraMention> expected{{"ink", 0.8, 0.8}, {"a b", 1, 1}, {"two", 0.5, 0.25}, {"x", 0.1, 2}, {"y", 1, 3}};
  EXPECT_EQ(found.loras, expected);
}

TEST(PromptNetworks, LeavesOtherTextAlone) {
  for (const char* prompt : {"", "a < b > c", "<lora", "<lora:unclosed:0.5", "<b>", "lora:x:1"}) {
    EXPECT_EQ(extract_loras(prompt).prompt, prompt);
    EXPECT_TRUE(extract_loras(prompt).loras.empty());
  }
}

TEST(PromptNetworks, RefusesWhatIsNoWeight) {
  for (const char* prompt : {"<lora:x:strong>", "<lora::1>", "<lora:>", "<lora:x:nan>", "<lora:x:te=>"})
    EXPECT_THROW(extract_loras(prompt), Error) << prompt;
}

}  // namespace
}  // namespace inkstone
