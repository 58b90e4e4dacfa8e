#include "image/colour.hpp"

#include <gtest/gtest.h>

namespace inkstone {
namespace {

void expect_near(const Colour& a, const Colour& b, float tolerance) {
  for (int i = 0; i < 3; ++i) EXPECT_NEAR(a[i], b[i], tolerance) << "channel " << i;
}

template <class To, class From>
void expect_round_trip(To to, From from, float tolerance) {
  for (float r = 0; r <= 1; r += 0.125f)
    for (float g = 0; g <= 1; g += 0.125f)
      for (float b = 0; b <= 1; b += 0.125f) expect_near(from(to(Colour{r, g, b})), {r, g, b}, tolerance);
}

TEST(Colour, TransferCurveHasTheStandardsValues) {
  EXPECT_NEAR(srgb_to_linear(0.5f), 0.21404f, 1e-5);
  EXPECT_NEAR(linear_to_srgb(0.5f), 0.73536f, 1e-5);
  EXPECT_FLOAT_EQ(srgb_to_linear(0.04f), 0.04f / 12.92f);
  EXPECT_FLOAT_EQ(srgb_to_linear(1.0f), 1.0f);
  EXPECT_FLOAT_EQ(linear_to_srgb(-0.2f), -linear_to_srgb(0.2f));
}

TEST(Colour, TablesFollowTheCurve) {
  const FastCurve& curve = fast_curve();
  for (int i = 0; i <= 65535; ++i) {
    const float v = static_cast<float>(i) / 65535.0f;
    ASSERT_NEAR(curve.to_linear(v), srgb_to_linear(v), 1e-6f) << i;
    ASSERT_NEAR(curve.to_encoded(v), linear_to_srgb(v), 1e-6f) << i;
  }
  EXPECT_EQ(curve.to_linear(-1), 0);
  EXPECT_EQ(curve.to_linear(2), 1);
  EXPECT_EQ(curve.to_encoded(-1), 0);
  EXPECT_NEAR(curve.to_encoded(2), 1, 1e-6f);
}

// Reference values: Lindbloom's colour calculator, sRGB and D65.
TEST(Colour, LabOfThePrimaries) {
  expect_near(rgb_to_lab({1, 1, 1}), {100, 0, 0}, 1e-3f);
  expect_near(rgb_to_lab({1, 0, 0}), {53.2408f, 80.0925f, 67.2032f}, 0.02f);
  expect_near(rgb_to_lab({0, 1, 0}), {87.7347f, -86.1827f, 83.1793f}, 0.02f);
  expect_near(rgb_to_lab({0, 0, 1}), {32.2970f, 79.1875f, -107.8602f}, 0.02f);
}

TEST(Colour, GreyHasNoChroma) {
  for (float v = 0; v <= 1; v += 0.1f) {
    expect_near(rgb_to_yiq({v, v, v}), {v, 0, 0}, 1e-5f);
    expect_near(rgb_to_yuv({v, v, v}), {v, 0, 0}, 1e-4f);
    expect_near(rgb_to_hsv({v, v, v}), {0, 0, v}, 1e-6f);
  }
}

TEST(Colour, HsvOfKnownColours) {
  expect_near(rgb_to_hsv({1, 0, 0}), {0, 1, 1}, 1e-6f);
  expect_near(rgb_to_hsv({0, 0.5f, 0}), {1 / 3.0f, 1, 0.5f}, 1e-6f);
  expect_near(rgb_to_hsv({0.5f, 0.25f, 0.5f}), {5 / 6.0f, 0.5f, 0.5f}, 1e-6f);
}

TEST(Colour, EverySpaceComesBack) {
  expect_round_trip([](Colour c) { return srgb_to_linear(c); }, [](Colour c) { return linear_to_srgb(c); }, 1e-6f);
  expect_round_trip(rgb_to_lab, lab_to_rgb, 2e-5f);
  expect_round_trip(rgb_to_yiq, yiq_to_rgb, 1e-5f);
  expect_round_trip(rgb_to_yuv, yuv_to_rgb, 1e-5f);
  expect_round_trip(rgb_to_hsv, hsv_to_rgb, 1e-5f);
}

}  // namespace
}  // namespace inkstone
