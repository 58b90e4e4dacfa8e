#include "data/procedural/canvas.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "data/procedural/drawing.hpp"
#include "data/procedural/palette.hpp"
#include "data/procedural/sky.hpp"
#include "inkstone/error.hpp"

namespace inkstone::procedural {
namespace {

// Mean of the red channel in linear light: the area that white covers.
double covered(const Canvas& canvas) {
  double sum = 0;
  for (int y = 0; y < canvas.rows(); ++y)
    for (int x = 0; x < canvas.columns(); ++x) sum += canvas.at(x, y).r;
  return sum / canvas.rows() / canvas.rows();
}

constexpr Rgb kWhite = {1, 1, 1};

TEST(Colour, OklabGoesThereAndBack) {
  for (const Rgb c : {Rgb{0.2F, 0.5F, 0.8F}, Rgb{1, 0, 0}, Rgb{0.01F, 0.02F, 0.005F}}) {
    const Rgb back = from_oklab(to_oklab(c));
    EXPECT_NEAR(back.r, c.r, 2e-4);
    EXPECT_NEAR(back.g, c.g, 2e-4);
    EXPECT_NEAR(back.b, c.b, 2e-4);
  }
  EXPECT_NEAR(to_oklab(kWhite).l, 1, 1e-3);
  EXPECT_NEAR(to_oklab(kWhite).a, 0, 1e-3);
}

TEST(Colour, SrgbGoesThereAndBack) {
  for (int v = 0; v < 256; ++v) EXPECT_NEAR(linear_to_srgb(srgb_to_linear(v / 255.0F)), v / 255.0F, 1e-5);
}

TEST(Colour, HasAName) {
  EXPECT_EQ(colour_name(from_hex(0xd03020)), "red");
  EXPECT_EQ(colour_name(from_hex(0x2060d0)), "blue");
  EXPECT_EQ(colour_name(from_hex(0x202020)), "dark grey");
  EXPECT_EQ(colour_name(from_hex(0xf0e040)), "pale yellow");
}

TEST(Palette, RunsFromDarkToLight) {
  for (const auto& palette : palettes()) {
    for (int i = 1; i <= 20; ++i)
      EXPECT_GT(to_oklab(palette.at(i / 20.0)).l + 0.02, to_oklab(palette.at((i - 1) / 20.0)).l) << palette.name() << ' ' << i;
    EXPECT_LT(luminance(palette.at(0)), 0.05) << palette.name();
    EXPECT_GT(luminance(palette.at(1)), 0.5) << palette.name();
    EXPECT_NEAR(palette.cyclic(0.9999).g, palette.cyclic(0.0).g, 1e-3) << palette.name();
  }
}

TEST(Palette, UnknownNameIsAnError) {
  EXPECT_THROW(palette_named("mud"), Error);
}

TEST(Canvas, DevelopsTheColourItWasGiven) {
  Canvas canvas(20, 10, 2);
  canvas.shade([](double, double) { return from_hex(0x4080c0); });
  const auto bytes = canvas.develop(Tone::plain);
  ASSERT_EQ(bytes.size(), 600U);
  for (int i = 0; i < 200; ++i) {
    EXPECT_NEAR(bytes[i], 0x40, 1);
    EXPECT_NEAR(bytes[200 + i], 0x80, 1);
    EXPECT_NEAR(bytes[400 + i], 0xc0, 1);
  }
}

TEST(Canvas, ToneCurvesKeepBlackAndNeverOverflow) {
  Canvas canvas(8, 8, 1);
  canvas.shade([](double x, double) { return x < 0.5 ? Rgb{} : Rgb{1e6F, 50, 1}; });
  const auto bytes = canvas.develop(Tone::filmic);
  EXPECT_LE(bytes[0], 1);
  EXPECT_GE(bytes[7], 254);
}

TEST(Drawing, AreasAreExact) {
  Canvas disc_canvas(64, 64, 2), box(64, 64, 2), triangle(64, 64, 2), stroke(64, 64, 2);
  disc(disc_canvas, {0.5, 0.5}, 0.3, kWhite);
  EXPECT_NEAR(covered(disc_canvas), std::numbers::pi * 0.09, 2e-3);
  rectangle(box, {0.111, 0.222}, {0.333, 0.444}, kWhite);
  EXPECT_NEAR(covered(box), 0.333 * 0.444, 1e-4);
  polygon(triangle, std::array{Vec2{0.1, 0.1}, Vec2{0.9, 0.2}, Vec2{0.3, 0.8}}, kWhite);
  EXPECT_NEAR(covered(triangle), 0.5 * std::abs(0.8 * 0.7 - 0.1 * 0.2), 2e-3);
  line(stroke, {0.2, 0.3}, {0.8, 0.6}, 0.05, kWhite);
  EXPECT_NEAR(covered(stroke), 0.1 * std::hypot(0.6, 0.3) + std::numbers::pi * 0.0025, 2e-3);
}

TEST(Drawing, HairlinesFadeInsteadOfBreakingUp) {
  Canvas canvas(64, 64, 2);
  line(canvas, {0.1, 0.2}, {0.9, 0.7}, 0.0005, kWhite);
  EXPECT_NEAR(covered(canvas), 0.001 * std::hypot(0.8, 0.5), 4e-4);
}

TEST(Drawing, MayLeaveTheCanvas) {
  Canvas canvas(32, 16, 2);
  line(canvas, {-1e9, -5}, {1e9, 7}, 0.1, kWhite);
  disc(canvas, {-3, 40}, 1, kWhite);
  glow(canvas, {2, 1.01}, 0.5, kWhite);
  splat(canvas, {-1, NAN}, kWhite);
  polygon(canvas, std::array{Vec2{-4, -4}, Vec2{9, -4}, Vec2{9, 9}, Vec2{-4, 9}}, kWhite);
  EXPECT_NEAR(covered(canvas), 2, 0.2);
}

TEST(Drawing, SplatKeepsTheLight) {
  Canvas canvas(16, 16, 1);
  splat(canvas, {0.41, 0.57}, kWhite);
  EXPECT_NEAR(covered(canvas) * 256, 1, 1e-5);
}

TEST(Drawing, BloomOnlyAddsAroundLights) {
  Canvas canvas(32, 32, 1);
  canvas.at(16, 16) = {40, 40, 40};
  bloom(canvas, 1, 0.1, 0.5);
  EXPECT_GT(canvas.at(18, 16).r, 0.01F);
  EXPECT_FLOAT_EQ(canvas.at(0, 0).r, 0);
}

}  // namespace
}  // namespace inkstone::procedural
