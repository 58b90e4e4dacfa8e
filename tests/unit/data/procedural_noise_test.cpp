#include "data/procedural/noise.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "data/procedural/geometry.hpp"
#include "data/procedural/random.hpp"

namespace inkstone::procedural {
namespace {

TEST(Random, IsUniformAndRepeatable) {
  Random random(3), again(3), other(4);
  double sum = 0, squares = 0;
  constexpr int kCount = 20000;
  for (int i = 0; i < kCount; ++i) {
    const double v = random.uniform();
    EXPECT_EQ(v, again.uniform());
    ASSERT_GE(v, 0);
    ASSERT_LT(v, 1);
    sum += v;
    squares += v * v;
  }
  EXPECT_NEAR(sum / kCount, 0.5, 0.01);
  EXPECT_NEAR(squares / kCount, 1.0 / 3, 0.01);
  EXPECT_NE(random.bits(), other.bits());
}

TEST(Random, BranchDoesNotDependOnWhatWasDrawn) {
  Random random(3);
  const auto before = random.branch(7).bits();
  random.uniform();
  EXPECT_EQ(random.branch(7).bits(), before);
  EXPECT_NE(random.branch(8).bits(), before);
}

TEST(Random, NormalHasUnitVariance) {
  Random random(9);
  double sum = 0, squares = 0;
  for (int i = 0; i < 20000; ++i) {
    const double v = random.normal();
    sum += v;
    squares += v * v;
  }
  EXPECT_NEAR(sum / 20000, 0, 0.03);
  EXPECT_NEAR(squares / 20000, 1, 0.05);
}

TEST(Perlin, IsZeroOnTheLattice) {
  for (int y = -3; y < 4; ++y)
    for (int x = -3; x < 4; ++x) EXPECT_NEAR(perlin(x, y, 11), 0, 1e-12);
}

class SmoothNoise : public testing::TestWithParam<Noise> {};

TEST_P(SmoothNoise, HasZeroMeanAndFillsItsRange) {
  Random random(1);
  double sum = 0, least = 0, most = 0;
  constexpr int kCount = 60000;
  for (int i = 0; i < kCount; ++i) {
    const double v = GetParam()(random.uniform(-200, 200), random.uniform(-200, 200), 5);
    sum += v;
    least = std::min(least, v);
    most = std::max(most, v);
  }
  EXPECT_NEAR(sum / kCount, 0, 0.01);
  EXPECT_GT(most, 0.75);
  EXPECT_LT(most, 1.1);
  EXPECT_LT(least, -0.75);
  EXPECT_GT(least, -1.1);
}

TEST_P(SmoothNoise, IsContinuous) {
  const double step = 1e-4;
  double before = GetParam()(-2, 0.3, 5);
  for (int i = 1; i < 40000; ++i) {
    const double v = GetParam()(-2 + i * step, 0.3 + 0.37 * i * step, 5);
    ASSERT_LT(std::abs(v - before), 12 * step);
    before = v;
  }
}

TEST_P(SmoothNoise, SeedsDiffer) {
  EXPECT_NE(GetParam()(0.3, 0.4, 1), GetParam()(0.3, 0.4, 2));
}

INSTANTIATE_TEST_SUITE_P(Noise, SmoothNoise, testing::Values(perlin, simplex));

TEST(Worley, FindsTheNearestTwo) {
  Random random(2);
  for (int i = 0; i < 10; ++i) {
    const double x = random.uniform(-5, 5), y = random.uniform(-5, 5);
    std::vector<double> distances;
    // the points themselves, each found as the nearest of a place close to it
    for (int b = -40; b <= 40; ++b)
      for (int a = -40; a <= 40; ++a) {
        const Cells there = worley(x + 0.06 * a, y + 0.06 * b, 8);
        distances.push_back(std::hypot(there.x - x, there.y - y));
      }
    const Cells cells = worley(x, y, 8);
    EXPECT_NEAR(cells.nearest, *std::min_element(distances.begin(), distances.end()), 1e-9);
    EXPECT_LE(cells.nearest, cells.second);
  }
}

TEST(Octaves, StayInTheirRange) {
  Random random(4);
  for (int i = 0; i < 5000; ++i) {
    const double x = random.uniform(-50, 50), y = random.uniform(-50, 50);
    EXPECT_LE(std::abs(fbm(perlin, x, y, 1)), 1.05);
    EXPECT_GE(turbulence(simplex, x, y, 1), 0);
    EXPECT_LE(turbulence(simplex, x, y, 1), 1.05);
    EXPECT_GE(ridged(perlin, x, y, 1), 0);
    EXPECT_LE(ridged(perlin, x, y, 1), 1);
  }
}

}  // namespace
}  // namespace inkstone::procedural
