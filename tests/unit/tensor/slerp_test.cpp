#include "tensor/slerp.hpp"

#include <cmath>

#include <gtest/gtest.h>
#include <torch/types.h>

namespace inkstone {
namespace {

TEST(Slerp, FollowsTheGreatCircleAndBlendsLengths) {
  const auto a = at::tensor({2.0f, 0.0f}).view({1, 2}), b = at::tensor({0.0f, 4.0f}).view({1, 2});
  const auto middle = slerp(a, b, at::tensor({0.5}));
  EXPECT_NEAR(middle[0][0].item<double>(), 3 * std::sqrt(0.5), 1e-6);
  EXPECT_NEAR(middle[0][1].item<double>(), 3 * std::sqrt(0.5), 1e-6);
}

TEST(Slerp, EndsWhereItIsToldTo) {
  const auto a = at::randn({3, 2, 5}), b = at::randn({3, 2, 5});
  EXPECT_TRUE(at::allclose(slerp(a, b, at::zeros({3})), a, 1e-5, 1e-6));
  EXPECT_TRUE(at::allclose(slerp(a, b, at::ones({3})), b, 1e-5, 1e-6));
}

TEST(Slerp, EqualEndsDoNotDivideByZero) {
  const auto a = at::ones({1, 4});
  EXPECT_TRUE(at::allclose(slerp(a, a, at::full({1}, 0.3)), a));
}

}  // namespace
}  // namespace inkstone
