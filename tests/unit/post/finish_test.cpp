#include "post/finish.hpp"

#include <gtest/gtest.h>

#include "image/colour.hpp"
#include "post/adjust.hpp"
#include "unit/post/pictures.hpp"

namespace inkstone::post {
namespace {

Image flat(int width, int height, const Rgb& colour) {
  Image picture(width, height, 3);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) set_rgb(picture, x, y, colour);
  return picture;
}

double deviation(const Image& picture) {
  double sum = 0, square = 0;
  for (float v : picture.pixels) sum += v, square += double(v) * v;
  const double n = picture.pixels.size();
  return std::sqrt(square / n - sum / n * sum / n);
}

TEST(Grain, IsStrongestInTheMiddleTonesAndHasItsDeviation) {
  const auto grained = [](float v, double size) {
    return deviation(grain(flat(96, 96, {v, v, v}), {.amount = 0.2, .size = size}, 4));
  };
  EXPECT_NEAR(grained(0.5f, 1), 0.07, 0.003);
  EXPECT_NEAR(grained(0.5f, 3), 0.07, 0.012);
  EXPECT_LT(grained(0.05f, 1), 0.6 * grained(0.5f, 1));
}

TEST(Seamless, OppositeEdgesFitAndTheMiddleStays) {
  Image ramp(64, 48, 3);
  for (int y = 0; y < 48; ++y)
    for (int x = 0; x < 64; ++x) set_rgb(ramp, x, y, {x / 63.0f, y / 47.0f, 0.5f});
  const Image out = seamless(ramp, {.width = 0.25});
  for (int y = 0; y < 48; ++y) EXPECT_LT(std::abs(out.at(0, y, 0) - out.at(63, y, 0)), 0.05f) << y;
  for (int x = 0; x < 64; ++x) EXPECT_LT(std::abs(out.at(x, 0, 1) - out.at(x, 47, 1)), 0.05f) << x;
  EXPECT_EQ(out.at(32, 24, 0), ramp.at(32, 24, 0));
}

TEST(Border, AddsItsWidthAndKeepsThePictureInside) {
  const Image picture = wild_picture(40, 30, 4);
  for (const char* style : {"solid", "mirror"}) {
    const Image out = border(picture, {.width = 20, .style = style, .colour = "#336699"}, 1);
    ASSERT_EQ(out.width, 52);
    ASSERT_EQ(out.height, 42);
    for (int y = 0; y < 30; ++y)
      for (int x = 0; x < 40; ++x)
        for (int c = 0; c < 4; ++c) ASSERT_EQ(out.at(x + 6, y + 6, c), picture.at(x, y, c));
  }
  const Image solid = border(picture, {.width = 20, .style = "solid", .colour = "#336699"}, 1);
  EXPECT_FLOAT_EQ(solid.at(0, 0, 2), 0.6f);
  EXPECT_EQ(solid.at(0, 0, 3), 1.0f);
  const Image mirror = border(picture, {.width = 20, .style = "mirror"}, 1);
  EXPECT_EQ(mirror.at(5, 10, 0), picture.at(0, 4, 0));
  EXPECT_EQ(mirror.at(5, 10, 3), picture.at(0, 4, 3));
}

TEST(Vignette, LeavesTheCentreAndDarkensCornersAlike) {
  const Image out = vignette(flat(41, 31, {0.6f, 0.6f, 0.6f}), {.amount = 0.5, .radius = 0.3, .softness = 0.7});
  EXPECT_NEAR(out.at(20, 15, 0), 0.6f, 1e-4f);
  EXPECT_NEAR(srgb_to_linear(out.at(0, 0, 0)), 0.5f * srgb_to_linear(0.6f), 1e-4f);
  EXPECT_FLOAT_EQ(out.at(0, 0, 0), out.at(40, 30, 0));
}

TEST(WhiteBalance, TurnsACastGrey) {
  Image cast = mild_picture(30, 30);
  for (int y = 0; y < 30; ++y)
    for (int x = 0; x < 30; ++x) {
      const float v = luma_of(rgb_at(cast, x, y));
      set_rgb(cast, x, y, linear_to_srgb(Rgb{0.9f * v, 0.6f * v, 0.35f * v}));
    }
  for (const double norm : {1.0, 6.0}) {
    const Image out = white_balance(cast, {.strength = 1, .norm = norm});
    for (int i = 0; i < 30; ++i) EXPECT_NEAR(out.at(i, i, 0), out.at(i, i, 2), 2e-3f);
  }
}

TEST(Adjust, FollowTheirFormulas) {
  const Image grey = flat(2, 2, {0.4f, 0.4f, 0.4f}), colour = flat(2, 2, {0.6f, 0.4f, 0.3f});
  EXPECT_NEAR(srgb_to_linear(exposure(grey, {.stops = 1}).at(0, 0, 0)), 2 * srgb_to_linear(0.4f), 1e-4f);
  EXPECT_NEAR(contrast(grey, {.amount = 1}).at(0, 0, 0), 3 * 0.16f - 2 * 0.064f, 1e-5f);
  EXPECT_NEAR(contrast(grey, {.amount = -1}).at(0, 0, 0), 0.5f, 1e-6f);
  EXPECT_NEAR(gamma_curve(grey, {.gamma = 2}).at(0, 0, 0), std::sqrt(0.4f), 1e-6f);
  const Image pale = saturation(colour, {.amount = -1});
  EXPECT_NEAR(pale.at(0, 0, 0), luma_of({0.6f, 0.4f, 0.3f}), 1e-6f);
  EXPECT_NEAR(pale.at(0, 0, 2), pale.at(0, 0, 0), 1e-6f);
  const Image warm = temperature(grey, {.warmth = 0.5}), cold = temperature(grey, {.warmth = -0.5});
  EXPECT_GT(warm.at(0, 0, 0), warm.at(0, 0, 2) + 0.02f);
  EXPECT_LT(cold.at(0, 0, 0), cold.at(0, 0, 2) - 0.02f);
  EXPECT_LT(temperature(grey, {.warmth = 0, .tint = 0.5}).at(0, 0, 1), 0.4f);
}

}  // namespace
}  // namespace inkstone::post
