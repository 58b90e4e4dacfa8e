#include "sample/walk.hpp"

#include <cmath>

#include <gtest/gtest.h>
#include <torch/types.h>

namespace inkstone {
namespace {

TEST(Walk, HalfWayBetweenOrthogonalStopsIsTheDiagonal) {
  const auto walk = spherical_walk(at::eye(2), 2);
  EXPECT_TRUE(at::allclose(walk[0], at::tensor({1.0f, 0.0f})));
  EXPECT_TRUE(at::allclose(walk[1], at::full({2}, std::sqrt(0.5f))));
  EXPECT_TRUE(at::allclose(walk[2], at::tensor({0.0f, 1.0f})));
}

TEST(Walk, StaysOnTheShellOfNormalNoise) {
  const auto stops = at::randn({3, 1000});
  const auto norms = spherical_walk(stops, 10).norm(2, 1);
  EXPECT_EQ(norms.size(0), 21);
  EXPECT_NEAR(norms.min().item<float>(), std::sqrt(1000.f), 3);
  EXPECT_NEAR(norms.max().item<float>(), std::sqrt(1000.f), 3);
}

TEST(Walk, OneStopGivesItself) {
  EXPECT_TRUE(at::equal(spherical_walk(at::ones({1, 4}), 5), at::ones({1, 4})));
}

}  // namespace
}  // namespace inkstone
