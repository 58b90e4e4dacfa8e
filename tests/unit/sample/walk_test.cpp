#include "sample/walk.hpp"

#include <cmath>

#include <gtest/gtest.h>
#include <torch/types.h>

namespace inkstone {
namespace {

TEST(Walk, HalfWayBetweenOrthogonalVectorsIsTheDiagonal) {
  const auto a = at::tensor({1.0f, 0.0f}), b = at::tensor({0.0f, 1.0f});
  EXPECT_TRUE(at::allclose(slerp(a, b, 0.5), at::full({2}, std::sqrt(0.5f))));
  EXPECT_TRUE(at::allclose(slerp(a, b, 0), a));
  EXPECT_TRUE(at::allclose(slerp(a, b, 1), b));
}

TEST(Walk, StaysOnTheShellOfNormalNoise) {
  const auto stops = at::randn({3, 1000});
  const auto norms = spherical_walk(stops, 10).norm(2, 1);
  EXPECT_EQ(norms.size(0), 21);
  EXPECT_NEAR(norms.min().item<float>(), std::sqrt(1000.f), 3);
  EXPECT_NEAR(norms.max().item<float>(), std::sqrt(1000.f), 3);
}

TEST(Walk, EqualStopsDoNotDivideByZero) {
  const auto a = at::ones({4});
  EXPECT_TRUE(at::allclose(slerp(a, a, 0.3), a));
}

}  // namespace
}  // namespace inkstone
