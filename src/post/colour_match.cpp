#include "post/colour_match.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <future>
#include <tuple>

#include "image/colour.hpp"
#include "inkstone/error.hpp"
#include "post/box_filter.hpp"
#include "post/small_matrix.hpp"

namespace inkstone::post {
namespace {

// Keeps a flat picture's covariance invertible; a two-thousandth of the range squared.
constexpr double kRidge = 2.5e-7;

struct Statistics {
  Vector3 mean = {};
  Matrix3 covariance = {};
};

template <class ColourOf>
Statistics statistics_of(const Image& picture, const ColourOf& colour_of) {
  Statistics s;
  Matrix3 second = {};
  const double count = double(picture.width) * picture.height;
  for (int y = 0; y < picture.height; ++y)
    for (int x = 0; x < picture.width; ++x) {
      const Rgb v = colour_of(rgb_at(picture, x, y));
      for (int i = 0; i < 3; ++i) {
        s.mean[i] += v[i];
        for (int j = 0; j <= i; ++j) second[i][j] += double(v[i]) * v[j];
      }
    }
  for (double& m : s.mean) m /= count;
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j <= i; ++j) s.covariance[i][j] = s.covariance[j][i] = second[i][j] / count - s.mean[i] * s.mean[j];
  return s;
}

Statistics rgb_statistics(const Image& picture) {
  Statistics s = statistics_of(picture, [](const Rgb& c) { return c; });
  for (int i = 0; i < 3; ++i) s.covariance[i][i] += kRidge;
  return s;
}

// out = map (in - mean of in) + mean of reference.
Image apply_affine(const Image& picture, const Matrix3& map, const Vector3& from, const Vector3& to) {
  return map_pixels(picture, [&](const Rgb& in) {
    const Vector3 out = map * Vector3{in[0] - from[0], in[1] - from[1], in[2] - from[2]};
    return Rgb{static_cast<float>(out[0] + to[0]), static_cast<float>(out[1] + to[1]), static_cast<float>(out[2] + to[2])};
  });
}

// Pixels in order of value; equal values in order of their surroundings, which spreads flat areas without noise.
std::vector<std::uint32_t> ranked(const Plane& plane) {
  const Plane near = box_mean(plane, 1), wide = box_mean(plane, 3);
  std::vector<std::tuple<float, float, float, std::uint32_t>> keys(plane.values.size());
  for (std::uint32_t i = 0; i < keys.size(); ++i) keys[i] = {plane.values[i], near.values[i], wide.values[i], i};
  std::sort(keys.begin(), keys.end());
  std::vector<std::uint32_t> order(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) order[i] = std::get<3>(keys[i]);
  return order;
}

float quantile(const std::vector<float>& sorted, double fraction) {
  const double position = std::clamp(fraction * sorted.size() - 0.5, 0.0, double(sorted.size() - 1));
  const auto below = static_cast<std::size_t>(position), above = std::min(below + 1, sorted.size() - 1);
  return mix(sorted[below], sorted[above], static_cast<float>(position - below));
}

Plane specify_histogram(const Plane& plane, Plane reference) {
  std::sort(reference.values.begin(), reference.values.end());
  const auto order = ranked(plane);
  Plane result = plane;
  for (std::size_t i = 0; i < order.size(); ++i) result.values[order[i]] = quantile(reference.values, (i + 0.5) / order.size());
  return result;
}

std::array<const PictureRef*, 4> choices_of(const ColourMatchOptions& o) {
  return {&o.lab, &o.histogram, &o.linear, &o.cholesky};
}

}  // namespace

void ColourMatchOptions::validate() const {
  int given = 0;
  for (const auto* choice : choices_of(*this)) given += !choice->empty();
  if (given != 1)
    throw Error(ErrorCategory::bad_argument,
                "match-color needs one reference picture: lab=, histogram=, linear= or cholesky=PICTURE");
}

const PictureRef& ColourMatchOptions::reference() const {
  for (const auto* choice : choices_of(*this))
    if (!choice->empty()) return *choice;
  return lab;
}

Image match_lab(const Image& picture, const Image& reference) {
  const Statistics from = statistics_of(picture, [](const Rgb& c) { return rgb_to_lab(c); });
  const Statistics to = statistics_of(reference, [](const Rgb& c) { return rgb_to_lab(c); });
  Vector3 scale;
  for (int c = 0; c < 3; ++c) scale[c] = std::sqrt(std::max(to.covariance[c][c], 0.0) / std::max(from.covariance[c][c], 1e-4));
  return map_pixels(picture, [&](const Rgb& in) {
    Rgb lab = rgb_to_lab(in);
    for (int c = 0; c < 3; ++c) lab[c] = static_cast<float>((lab[c] - from.mean[c]) * scale[c] + to.mean[c]);
    return lab_to_rgb(lab);
  });
}

Image match_histogram(const Image& picture, const Image& reference) {
  std::array<std::future<Plane>, 3> channels;
  for (int c = 0; c < 3; ++c)
    channels[c] =
        std::async(std::launch::async, [&, c] { return specify_histogram(channel(picture, c), channel(reference, c)); });
  Image result = picture;
  for (int c = 0; c < 3; ++c) set_channel(result, c, channels[c].get());
  return result;
}

Image match_linear(const Image& picture, const Image& reference) {
  const Statistics from = rgb_statistics(picture), to = rgb_statistics(reference);
  // T = S^-1/2 (S^1/2 R S^1/2)^1/2 S^-1/2
  const Matrix3 root = symmetric_power(from.covariance, 0.5), unroot = symmetric_power(from.covariance, -0.5);
  return apply_affine(picture, unroot * symmetric_power(root * to.covariance * root, 0.5) * unroot, from.mean, to.mean);
}

Image match_cholesky(const Image& picture, const Image& reference) {
  const Statistics from = rgb_statistics(picture), to = rgb_statistics(reference);
  return apply_affine(picture, cholesky(to.covariance) * inverse_lower(cholesky(from.covariance)), from.mean, to.mean);
}

Image match_colour(const Image& picture, const Image& reference, const ColourMatchOptions& options) {
  Image matched = !options.lab.empty()         ? match_lab(picture, reference)
                  : !options.histogram.empty() ? match_histogram(picture, reference)
                  : !options.linear.empty()    ? match_linear(picture, reference)
                                               : match_cholesky(picture, reference);
  for (std::size_t i = 0; i < matched.pixels.size(); ++i)
    matched.pixels[i] = mix(picture.pixels[i], matched.pixels[i], static_cast<float>(options.strength));
  return matched;
}

}  // namespace inkstone::post
