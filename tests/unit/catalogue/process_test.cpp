#include "catalogue/process.hpp"

#include <chrono>

#include <gtest/gtest.h>

#include "unit/catalogue/scratch.hpp"

namespace inkstone {
namespace {

const auto kOn = [] { return true; };

TEST(Process, GivesStatusAndOutput) {
  const test::Scratch scratch;
  const auto result = run_process({"ls", "no such file; echo hi"}, scratch.path(), kOn);
  ASSERT_TRUE(result);
  EXPECT_NE(result->status, 0);
  EXPECT_TRUE(test::has(result->output, "no such file; echo hi")) << "no shell reads the words: " << result->output;
}

TEST(Process, AbsentProgram) {
  const test::Scratch scratch;
  const auto error = test::caught([&] { run_process({"inkstone-no-such-program"}, scratch.path(), kOn); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->category, ErrorCategory::unsupported);
}

TEST(Process, StopEndsIt) {
  const test::Scratch scratch;
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(run_process({"sleep", "60"}, scratch.path(), [] { return false; }));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
}

}  // namespace
}  // namespace inkstone
