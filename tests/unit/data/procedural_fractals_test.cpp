#include <cmath>
#include <set>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "data/procedural/escape_time.hpp"
#include "data/procedural/l_system.hpp"
#include "data/procedural/variations.hpp"

namespace inkstone::procedural {
namespace {

TEST(Mandelbrot, KnowsMembersAndOthers) {
  for (const Vec2 c : {Vec2{0, 0}, {-1, 0}, {0.25, 0}, {-2, 0}, {0, 1}, {-0.1226, 0.7449}, {-1.3107, 0}})
    EXPECT_TRUE(mandelbrot_orbit(c, 2000).inside) << c.x << ' ' << c.y;
  for (const Vec2 c : {Vec2{0.26, 0}, {-2.001, 0}, {0, 1.001}, {0.4, 0.4}, {1, 0}})
    EXPECT_FALSE(mandelbrot_orbit(c, 2000).inside) << c.x << ' ' << c.y;
}

TEST(Mandelbrot, LargeBulbsAgreeWithIteration) {
  Random random(5);
  for (int i = 0; i < 500; ++i) {
    const Vec2 c = {random.uniform(-2, 0.6), random.uniform(-1.2, 1.2)};
    if (in_large_bulbs(c)) {
      EXPECT_TRUE(julia_orbit({0, 0}, c, 500).inside);
    }
  }
}

TEST(Mandelbrot, DistanceEstimateHasTheRightSize) {
  for (const double x : {0.5, 1.0, 3.0}) {  // the set ends at 1/4 on the real axis
    const Orbit orbit = mandelbrot_orbit({x, 0}, 500);
    EXPECT_GT(orbit.distance, 0.4 * (x - 0.25));  // Koebe: a quarter to once, give or take the bailout
    EXPECT_LT(orbit.distance, 2.5 * (x - 0.25));
    EXPECT_NEAR(orbit.slope.x, 1, 1e-9);
  }
}

TEST(Mandelbrot, EscapeTimeIsSmooth) {
  double before = mandelbrot_orbit({0.6, 0.5}, 500).time;
  for (int i = 1; i < 400; ++i) {
    const double time = mandelbrot_orbit({0.6 + i * 1e-4, 0.5}, 500).time;
    EXPECT_LT(std::abs(time - before), 0.1);
    before = time;
  }
}

TEST(Julia, OfZeroIsTheUnitDisc) {
  EXPECT_TRUE(julia_orbit({0.6, 0.6}, {0, 0}, 500).inside);
  EXPECT_FALSE(julia_orbit({0.8, 0.8}, {0, 0}, 500).inside);
  EXPECT_NEAR(julia_orbit({2, 0}, {0, 0}, 500).distance, 2 * std::log(2), 1e-6);  // |z| log|z| / |z'|
}

TEST(LSystem, GrowsLindenmayersAlgae) {
  Random random(1);
  const Rules algae = {{'A', {"AB"}}, {'B', {"A"}}};
  EXPECT_EQ(rewritten("A", algae, 5, random), "ABAABABAABAAB");
  EXPECT_EQ(rewritten("A", algae, 0, random), "A");
}

TEST(LSystem, StopsBeforeItIsTooLong) {
  Random random(1);
  EXPECT_EQ(rewritten("F", {{'F', {"FF"}}}, 30, random, 100).size(), 64U);
}

TEST(LSystem, KochSnowflakeCloses) {
  Random random(1);
  const auto strokes = drawn(rewritten("F--F--F", {{'F', {"F+F--F+F"}}}, 3, random), M_PI / 3, 0, 0, random);
  EXPECT_EQ(strokes.size(), 3U * 64U);
  EXPECT_NEAR(length(strokes.back().to), 0, 1e-9);
}

TEST(LSystem, HilbertCurveVisitsEverySquareOnce) {
  Random random(1);
  const auto strokes = drawn(rewritten("X", {{'X', {"-YF+XFX+FY-"}}, {'Y', {"+XF-YFY-FX+"}}}, 4, random), M_PI / 2, 0, 0, random);
  std::set<std::pair<long, long>> squares = {{0, 0}};
  for (const auto& stroke : strokes) squares.insert({std::lround(stroke.to.x), std::lround(stroke.to.y)});
  EXPECT_EQ(squares.size(), 256U);
  EXPECT_EQ(strokes.size(), 255U);
}

TEST(LSystem, BranchesReturn) {
  Random random(1);
  const auto strokes = drawn("F[+F]F]", M_PI / 2, 0, 0, random);  // a bracket too many is harmless
  ASSERT_EQ(strokes.size(), 3U);
  EXPECT_NEAR(strokes[1].to.y, 1, 1e-12);
  EXPECT_EQ(strokes[1].depth, 1);
  EXPECT_TRUE(strokes[1].tip);
  EXPECT_NEAR(strokes[2].from.x, 1, 1e-12);
  EXPECT_FALSE(strokes[0].tip);
}

Vec2 varied(const char* name, Vec2 p) {
  for (const auto& variation : variations())
    if (std::string_view(variation.name) == name) return variation.map(p);
  ADD_FAILURE() << name;
  return {};
}

TEST(Variations, FollowTheirFormulas) {
  const Vec2 p = {0.6, -1.3};
  const Vec2 twice = varied("spherical", varied("spherical", p));
  EXPECT_NEAR(twice.x, p.x, 1e-9);
  EXPECT_NEAR(twice.y, p.y, 1e-9);
  EXPECT_NEAR(length(varied("swirl", p)), length(p), 1e-12);
  EXPECT_NEAR(length(varied("horseshoe", p)), length(p), 1e-9);
  EXPECT_NEAR(length(varied("julia", p)), std::sqrt(length(p)), 1e-12);
  EXPECT_NEAR(varied("sinusoidal", p).x, std::sin(0.6), 1e-15);
  EXPECT_LE(length(varied("bubble", p)), 1.0 + 1e-12);
}

TEST(Variations, StayFiniteAtTheOrigin) {
  for (const auto& variation : variations()) {
    const Vec2 q = variation.map({0, 0});
    EXPECT_TRUE(std::isfinite(q.x) && std::isfinite(q.y)) << variation.name;
  }
}

}  // namespace
}  // namespace inkstone::procedural
