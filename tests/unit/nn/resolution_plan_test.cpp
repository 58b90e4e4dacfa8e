#include "nn/resolution_plan.hpp"

#include <gtest/gtest.h>

#include "inkstone/error.hpp"

namespace inkstone::nn {
namespace {

TEST(ResolutionPlan, HalvesDownToAboutFour) {
  const auto expect = [](int64_t height, int64_t width, int64_t doublings, int64_t base_height, int64_t base_width) {
    const auto plan = plan_resolution(height, width);
    EXPECT_EQ(plan.doublings, doublings);
    EXPECT_EQ(plan.base_height, base_height);
    EXPECT_EQ(plan.base_width, base_width);
  };
  expect(64, 64, 4, 4, 4);
  expect(28, 28, 2, 7, 7);
  expect(32, 48, 3, 4, 6);
  expect(96, 64, 4, 6, 4);
  expect(256, 256, 6, 4, 4);
}

TEST(ResolutionPlan, WidensUpToEightfold) {
  const auto plan = plan_resolution(256, 256);
  EXPECT_EQ(plan.channels(5, 64), 64);
  EXPECT_EQ(plan.channels(2, 64), 512);
  EXPECT_EQ(plan.channels(0, 64), 512);
}

TEST(ResolutionPlan, RefusesWhatCannotBeHalved) {
  for (const auto& [height, width] : {std::pair{30, 30}, {8, 8}, {64, 65}, {512, 512}, {144, 20}, {0, 0}, {-4, 64}})
    EXPECT_THROW(plan_resolution(height, width), Error) << height << "x" << width;
}

}  // namespace
}  // namespace inkstone::nn
