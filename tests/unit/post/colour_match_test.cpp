#include "post/colour_match.hpp"

#include <gtest/gtest.h>

#include "image/colour.hpp"
#include "post/small_matrix.hpp"
#include "unit/post/pictures.hpp"

namespace inkstone::post {
namespace {

struct Moments {
  Vector3 mean = {};
  Matrix3 covariance = {};
};

template <class ColourOf>
Moments moments_of(const Image& picture, const ColourOf& colour_of) {
  Moments m;
  std::vector<Rgb> colours;
  for (int y = 0; y < picture.height; ++y)
    for (int x = 0; x < picture.width; ++x) colours.push_back(colour_of(rgb_at(picture, x, y)));
  for (const Rgb& c : colours)
    for (int i = 0; i < 3; ++i) m.mean[i] += c[i] / double(colours.size());
  for (const Rgb& c : colours)
    for (int i = 0; i < 3; ++i)
      for (int j = 0; j < 3; ++j) m.covariance[i][j] += (c[i] - m.mean[i]) * (c[j] - m.mean[j]) / double(colours.size());
  return m;
}

Rgb as_is(const Rgb& c) {
  return c;
}

// Largest distance between two empirical distribution functions.
double kolmogorov_smirnov(std::vector<float> a, std::vector<float> b) {
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  double worst = 0;
  for (const float v : a) {
    const double fa = double(std::upper_bound(a.begin(), a.end(), v) - a.begin()) / a.size();
    const double fb = double(std::upper_bound(b.begin(), b.end(), v) - b.begin()) / b.size();
    worst = std::max(worst, std::abs(fa - fb));
  }
  return worst;
}

Image warmer(Image picture) {
  for (std::size_t i = 0; i < picture.pixels.size(); ++i)
    picture.pixels[i] = 0.15f + 0.6f * picture.pixels[i] + (i % 3 == 0 ? 0.1f : 0.0f);
  return picture;
}

TEST(ColourMatch, LabTakesMeanAndDeviation) {
  const Image reference = warmer(mild_picture(50, 40, 8));
  const auto lab = [](const Rgb& c) { return rgb_to_lab(c); };
  const Moments got = moments_of(match_lab(mild_picture(64, 48), reference), lab), wanted = moments_of(reference, lab);
  for (int c = 0; c < 3; ++c) {
    EXPECT_NEAR(got.mean[c], wanted.mean[c], 0.05);
    EXPECT_NEAR(std::sqrt(got.covariance[c][c]), std::sqrt(wanted.covariance[c][c]), 0.05);
  }
}

TEST(ColourMatch, LinearAndCholeskyTakeMeanAndCovariance) {
  const Image reference = warmer(mild_picture(50, 40, 8));
  const Moments wanted = moments_of(reference, as_is);
  for (const auto match : {match_linear, match_cholesky}) {
    const Moments got = moments_of(match(mild_picture(64, 48), reference), as_is);
    for (int i = 0; i < 3; ++i) {
      EXPECT_NEAR(got.mean[i], wanted.mean[i], 1e-4);
      for (int j = 0; j < 3; ++j) EXPECT_NEAR(got.covariance[i][j], wanted.covariance[i][j], 2e-5);
    }
  }
}

TEST(ColourMatch, MongeKantorovichMovesColoursLeast) {
  const Image picture = mild_picture(64, 48), reference = warmer(mild_picture(50, 40, 8));
  const auto moved = [&](const Image& out) {
    double sum = 0;
    for (std::size_t i = 0; i < out.pixels.size(); ++i) sum += std::pow(double(out.pixels[i]) - picture.pixels[i], 2);
    return sum;
  };
  EXPECT_LE(moved(match_linear(picture, reference)), moved(match_cholesky(picture, reference)) + 1e-9);
}

TEST(ColourMatch, HistogramIsTakenExactly) {
  const Image picture = mild_picture(64, 48), reference = wild_picture(80, 60);
  const Image out = match_histogram(picture, reference);
  for (int c = 0; c < 3; ++c) EXPECT_LT(kolmogorov_smirnov(channel(out, c).values, channel(reference, c).values), 1e-3);
  EXPECT_GT(kolmogorov_smirnov(channel(picture, 0).values, channel(reference, 0).values), 0.1);
}

TEST(ColourMatch, ToItselfChangesNothing) {
  const Image picture = mild_picture(40, 30);
  for (const auto match : {match_lab, match_histogram, match_linear, match_cholesky})
    EXPECT_LT(largest_difference(match(picture, picture), picture), 2e-3f);
}

TEST(SmallMatrix, FactorsAndRootsMultiplyBack) {
  const Matrix3 a = {{{4, 1, -0.5}, {1, 3, 0.7}, {-0.5, 0.7, 2}}};
  const Matrix3 root = symmetric_power(a, 0.5), square = root * root, l = cholesky(a), one = inverse_lower(l) * l;
  Matrix3 transposed;
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) transposed[i][j] = l[j][i];
  const Matrix3 product = l * transposed;
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) {
      EXPECT_NEAR(square[i][j], a[i][j], 1e-10);
      EXPECT_NEAR(product[i][j], a[i][j], 1e-10);
      EXPECT_NEAR(one[i][j], i == j, 1e-10);
    }
}

}  // namespace
}  // namespace inkstone::post
