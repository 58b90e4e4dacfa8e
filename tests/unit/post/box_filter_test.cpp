#include "post/box_filter.hpp"

#include <gtest/gtest.h>

#include "unit/post/pictures.hpp"

namespace inkstone::post {
namespace {

template <class Value>
double window_mean(int width, int height, int x, int y, int radius, const Value& value) {
  double sum = 0;
  int count = 0;
  for (int j = std::max(0, y - radius); j <= std::min(height - 1, y + radius); ++j)
    for (int i = std::max(0, x - radius); i <= std::min(width - 1, x + radius); ++i, ++count) sum += value(i, j);
  return sum / count;
}

// The definition in the paper, a window at a time.
Plane guided_by_windows(const Plane& guide, const Plane& input, int radius, double epsilon) {
  const int w = guide.width, h = guide.height;
  Plane a(w, h), b(w, h), out(w, h);
  for (int y = 0; y < h; ++y)
    for (int x = 0; x < w; ++x) {
      const auto mean = [&](auto value) { return window_mean(w, h, x, y, radius, value); };
      const double mi = mean([&](int i, int j) { return guide.at(i, j); }),
                   mp = mean([&](int i, int j) { return input.at(i, j); });
      const double covariance = mean([&](int i, int j) { return (guide.at(i, j) - mi) * (input.at(i, j) - mp); });
      const double variance = mean([&](int i, int j) { return (guide.at(i, j) - mi) * (guide.at(i, j) - mi); });
      a.at(x, y) = static_cast<float>(covariance / (variance + epsilon));
      b.at(x, y) = static_cast<float>(mp - covariance / (variance + epsilon) * mi);
    }
  for (int y = 0; y < h; ++y)
    for (int x = 0; x < w; ++x)
      out.at(x, y) =
          static_cast<float>(window_mean(w, h, x, y, radius, [&](int i, int j) { return a.at(i, j); }) * guide.at(x, y) +
                             window_mean(w, h, x, y, radius, [&](int i, int j) { return b.at(i, j); }));
  return out;
}

TEST(BoxMean, EqualsTheMeanOfEachWindow) {
  for (const auto& [width, height] : {std::pair{41, 70}, {1, 9}, {9, 1}, {1, 1}, {5, 5}})
    for (int radius : {0, 1, 3, 12}) {
      const Plane plane = channel(wild_picture(width, height), 0);
      const Plane mean = box_mean(plane, radius);
      for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
          ASSERT_NEAR(mean.at(x, y), window_mean(width, height, x, y, radius, [&](int i, int j) { return plane.at(i, j); }), 1e-6)
              << width << "x" << height << " radius " << radius;
    }
}

TEST(GuidedFilter, EqualsItsDefinitionByWindows) {
  const Image picture = wild_picture(37, 40);
  const Plane guide = channel(picture, 0), input = channel(picture, 1);
  for (const float epsilon : {0.001f, 0.04f})
    EXPECT_LT(
        largest_difference(guided_filter(guide, input, 3, epsilon).values, guided_by_windows(guide, input, 3, epsilon).values),
        2e-5f);
}

TEST(GuidedFilter, KeepsAStepAndSmoothsNoise) {
  Plane step(64, 32);
  for (int y = 0; y < 32; ++y)
    for (int x = 0; x < 64; ++x) step.at(x, y) = (x < 32 ? 0.2f : 0.8f) + 0.02f * (uniform(1, x, y) - 0.5f);
  const Plane out = guided_filter(step, step, 4, 0.005f);
  EXPECT_GT(out.at(32, 16) - out.at(31, 16), 0.5f);
  double before = 0, after = 0;
  for (int y = 0; y < 32; ++y)
    for (int x = 4; x < 24; ++x) before += std::pow(step.at(x, y) - 0.2, 2), after += std::pow(out.at(x, y) - 0.2, 2);
  EXPECT_LT(after, before / 10);
}

TEST(GaussianBlur, KeepsTheMeanAndHasItsDeviation) {
  for (const float sigma : {0.8f, 3.0f, 9.0f}) {
    Plane point(121, 121);
    point.at(60, 60) = 1;
    const Plane blurred = gaussian_blur(point, sigma);
    double sum = 0, variance = 0;
    for (int y = 0; y < 121; ++y)
      for (int x = 0; x < 121; ++x) sum += blurred.at(x, y), variance += blurred.at(x, y) * (x - 60.0) * (x - 60.0);
    EXPECT_NEAR(sum, 1, 1e-3);
    EXPECT_NEAR(std::sqrt(variance), sigma, 0.04 * sigma + 0.01);
  }
}

}  // namespace
}  // namespace inkstone::post
