#include "sample/variation.hpp"

#include <cmath>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace inkstone {
namespace {

TEST(Variation, TurnsFromOneNoiseToTheOther) {
  const auto a = at::randn({2, 4, 64, 64}), b = at::randn({2, 4, 64, 64});
  EXPECT_TRUE(at::allclose(variation(a, b, 0), a, 1e-4, 1e-5));
  EXPECT_TRUE(at::allclose(variation(a, b, 1), b, 1e-4, 1e-5));
  for (const double strength : {0.1, 0.5, 0.8}) EXPECT_NEAR(variation(a, b, strength).std().item<double>(), 1, 0.02) << strength;
}

// Columns that stand at right angles: half way is the diagonal.
TEST(Variation, TurnsColumnByColumn) {
  auto a = at::zeros({1, 1, 2, 2}), b = at::zeros({1, 1, 2, 2});
  a[0][0][0][0] = 1, b[0][0][1][0] = 1;
  a[0][0][0][1] = 2, b[0][0][1][1] = 2;
  const auto half = variation(a, b, 0.5);
  const float root = std::sqrt(0.5F);
  EXPECT_TRUE(at::allclose(half.flatten(), at::tensor({root, 2 * root, root, 2 * root})));
}

TEST(Variation, OfANoiseWithItselfIsItself) {
  const auto a = at::randn({1, 4, 8, 8});
  EXPECT_TRUE(at::allclose(variation(a, a, 0.3), a));
}

}  // namespace
}  // namespace inkstone
