#include "post/detail.hpp"

#include <gtest/gtest.h>

#include "unit/post/pictures.hpp"

namespace inkstone::post {
namespace {

double squared_error(const Image& a, const Image& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.pixels.size(); ++i) sum += std::pow(double(a.pixels[i]) - b.pixels[i], 2);
  return sum / a.pixels.size();
}

// Checks of two colours: a pattern with hard edges and much self-likeness.
Image checks(int size) {
  Image picture(size, size, 3);
  for (int y = 0; y < size; ++y)
    for (int x = 0; x < size; ++x)
      set_rgb(picture, x, y, (x / 12 + y / 12) % 2 ? Rgb{0.8f, 0.55f, 0.3f} : Rgb{0.25f, 0.4f, 0.6f});
  return picture;
}

Image with_noise(Image picture, float deviation) {
  for (int y = 0; y < picture.height; ++y)
    for (int x = 0; x < picture.width; ++x)
      for (int c = 0; c < 3; ++c)
        picture.at(x, y, c) = std::clamp(picture.at(x, y, c) + deviation * normal(5 + c, x, y), 0.0f, 1.0f);
  return picture;
}

// sum_q w(p,q) v(q) / sum_q w(p,q) for one pixel, from the definition with the true exponential.
Rgb non_local_mean(const Image& v, int x, int y, int search, int patch, double h) {
  const auto at = [&](int i, int j, int c) { return v.at(std::clamp(i, 0, v.width - 1), std::clamp(j, 0, v.height - 1), c); };
  std::array<double, 3> sum = {};
  double total = 0;
  for (int dy = -search; dy <= search; ++dy)
    for (int dx = -search; dx <= search; ++dx) {
      double distance = 0;
      for (int j = -patch; j <= patch; ++j)
        for (int i = -patch; i <= patch; ++i)
          for (int c = 0; c < 3; ++c) distance += std::pow(at(x + i, y + j, c) - at(x + dx + i, y + dy + j, c), 2);
      const double w = std::exp(-distance / (3 * std::pow(2 * patch + 1, 2) * h * h));
      total += w;
      for (int c = 0; c < 3; ++c) sum[c] += w * at(x + dx, y + dy, c);
    }
  return {static_cast<float>(sum[0] / total), static_cast<float>(sum[1] / total), static_cast<float>(sum[2] / total)};
}

TEST(Denoise, GainsEightDecibelsOnANoisyPattern) {
  const Image clean = checks(96), noisy = with_noise(clean, 0.08f);
  const double before = squared_error(noisy, clean), after = squared_error(denoise(noisy, {.strength = 1}), clean);
  EXPECT_GT(10 * std::log10(before / after), 8.0);
}

TEST(Denoise, EqualsTheDefinition) {
  const Image noisy = with_noise(checks(40), 0.05f);
  const Image out = denoise(noisy, {.strength = 1, .search = 4, .patch = 1});
  for (const auto& [x, y] : {std::pair{20, 20}, {0, 0}, {39, 3}, {12, 39}}) {
    const Rgb wanted = non_local_mean(noisy, x, y, 4, 1, 0.12);
    for (int c = 0; c < 3; ++c) EXPECT_NEAR(out.at(x, y, c), wanted[c], 0.01) << x << "," << y;
  }
}

TEST(Detail, RaisesTextureAndLeavesFlatAreasAndStepsAlone) {
  Image picture(80, 40, 3);
  for (int y = 0; y < 40; ++y)
    for (int x = 0; x < 80; ++x) {
      const float v = x < 40 ? 0.3f + 0.02f * ((x + y) % 2) : 0.7f;
      set_rgb(picture, x, y, {v, v, v});
    }
  const Image out = detail(picture, {.amount = 3, .radius = 2});
  EXPECT_GT(std::abs(out.at(15, 20, 0) - out.at(16, 20, 0)), 0.04f);
  EXPECT_NEAR(out.at(70, 20, 0), 0.7f, 0.005f);
  EXPECT_LT(out.at(41, 20, 0), 0.8f);  // no bright rim beside the step
}

TEST(Sharpen, SteepensAnEdgeAndIgnoresWhatIsBelowTheThreshold) {
  Image picture(40, 8, 3);
  for (int y = 0; y < 8; ++y)
    for (int x = 0; x < 40; ++x) {
      const float v = 0.3f + 0.4f * smoothstep(16, 24, x) + 0.002f * ((x + y) % 2);
      set_rgb(picture, x, y, {v, v, v});
    }
  const Image out = sharpen(picture, {.amount = 2, .radius = 2, .threshold = 0.008});
  EXPECT_LT(out.at(17, 4, 0), picture.at(17, 4, 0) - 0.002f);
  EXPECT_GT(out.at(23, 4, 0), picture.at(23, 4, 0) + 0.002f);
  EXPECT_EQ(out.at(5, 4, 0), picture.at(5, 4, 0));
}

}  // namespace
}  // namespace inkstone::post
