#include "post/edges.hpp"

#include <cmath>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/files.hpp"

namespace inkstone::post {
namespace {

// As tests/golden/make_edges.py draws them.
Plane formula_picture(const std::string& name, int size) {
  Plane plane(size, size);
  for (int y = 0; y < size; ++y)
    for (int x = 0; x < size; ++x) {
      double v = 0;
      const auto rise = [](double t) { return 1 / (1 + std::exp(-t)); };
      if (name == "disc") v = 0.8 - 0.6 * rise((std::hypot(x - 30.3, y - 35.6) - 20.3) / 0.7);
      if (name == "waves") v = 0.5 + 0.4 * std::sin(0.21 * x + 0.002 * y * y) * std::cos(0.13 * y);
      if (name == "ramp") v = 0.6 * rise((x + 0.53 * y - 47.3) / 2.1) + 0.3 * rise((y - 50.4) / 1.3);
      plane.at(x, y) = float(v);
    }
  return plane;
}

// Of the pixels that either finds, the share that both do; the border, where the two pad differently, left out.
double agreement(const Plane& ours, const nlohmann::json& rows) {
  int both = 0, either = 0;
  for (int y = 4; y + 4 < ours.height; ++y)
    for (int x = 4; x + 4 < ours.width; ++x) {
      const bool a = ours.at(x, y) > 0, b = rows[std::size_t(y)].get_ref<const std::string&>()[std::size_t(x)] == '1';
      both += a && b;
      either += a || b;
    }
  return double(both) / either;
}

TEST(Canny, FindsTheEdgesOfScikitImage) {
  const auto golden = nlohmann::json::parse(read_file(INKSTONE_SOURCE_DIR "/tests/golden/edges.json"));
  for (const auto& test : golden["cases"]) {
    const auto edges = canny_edges(formula_picture(test["picture"], golden["size"]), {test["low"], test["high"], test["sigma"]});
    EXPECT_GT(agreement(edges, test["rows"]), 0.97) << test["picture"] << " sigma " << test["sigma"];
  }
}

TEST(Canny, FollowsWeakEdgesFromStrongOnesOnly) {
  Plane plane(40, 20);  // a step that fades from left to right
  for (int y = 10; y < 20; ++y)
    for (int x = 0; x < 40; ++x) plane.at(x, y) = 1 - 0.8f * float(x) / 40;
  const auto count = [&](double low, double high) {
    float sum = 0;
    for (const float v : canny_edges(plane, {low, high, 0}).values) sum += v;
    return sum;
  };
  EXPECT_GT(count(100, 600), count(600, 600));
  EXPECT_GT(count(600, 600), 0);
  EXPECT_EQ(count(1200, 1200), 0);
}

TEST(Guides, LeaveAFlatPictureBlackAndInvertIsItsOwnReverse) {
  Image flat(24, 16, 3);
  std::fill(flat.pixels.begin(), flat.pixels.end(), 0.6f);
  for (const auto& picture : {canny(flat, {}), soft_edge(flat, {}), scribble(flat, {}), stretch(flat, {})})
    for (const float v : picture.pixels) EXPECT_NEAR(v, 0, 1e-5);
  const auto twice = invert(invert(flat, {}), {});
  for (std::size_t i = 0; i < flat.pixels.size(); ++i) EXPECT_NEAR(twice.pixels[i], flat.pixels[i], 1e-6);
}

TEST(Guides, StretchReachesBlackAndWhiteAndKeepsTheOrder) {
  Image ramp(50, 4, 3);
  for (int y = 0; y < 4; ++y)
    for (int x = 0; x < 50; ++x)
      for (int c = 0; c < 3; ++c) ramp.at(x, y, c) = 0.3f + 0.2f * float(x) / 49;
  const auto result = stretch(ramp, {});
  EXPECT_NEAR(result.at(0, 0, 0), 0, 1e-5);
  EXPECT_NEAR(result.at(49, 3, 2), 1, 1e-5);
  for (int x = 1; x < 50; ++x) EXPECT_GT(result.at(x, 1, 0), result.at(x - 1, 1, 0));
}

TEST(Guides, CoarsenKeepsTheMeanAndTakesTheFineAway) {
  Image stripes(64, 64, 3);
  for (int y = 0; y < 64; ++y)
    for (int x = 0; x < 64; ++x)
      for (int c = 0; c < 3; ++c) stripes.at(x, y, c) = x % 2 ? 0.7f : 0.3f;
  const auto result = coarsen(stripes, {8});
  for (int x = 16; x < 48; ++x) EXPECT_NEAR(result.at(x, 32, 0), result.at(x + 1, 32, 0), 0.02);
}

}  // namespace
}  // namespace inkstone::post
