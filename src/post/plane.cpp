#include "post/plane.hpp"

#include <cmath>

#include "post/box_filter.hpp"

namespace inkstone::post {
namespace {

constexpr float kWidestSampledSigma = 6;

std::vector<float> gaussian_taps(float sigma) {
  const int radius = static_cast<int>(std::ceil(3 * sigma));
  std::vector<float> taps(2 * radius + 1);
  float sum = 0;
  for (int i = -radius; i <= radius; ++i) sum += taps[i + radius] = std::exp(-0.5f * i * i / (sigma * sigma));
  for (float& tap : taps) tap /= sum;
  return taps;
}

void convolve_row(const float* in, float* out, int width, const std::vector<float>& taps, std::vector<float>& padded) {
  const int radius = static_cast<int>(taps.size()) / 2;
  padded.resize(width + 2 * radius);
  std::fill_n(padded.begin(), radius, in[0]);
  std::copy_n(in, width, padded.begin() + radius);
  std::fill_n(padded.begin() + radius + width, radius, in[width - 1]);
  std::fill_n(out, width, 0.0f);
  for (std::size_t k = 0; k < taps.size(); ++k)
    for (int x = 0; x < width; ++x) out[x] += taps[k] * padded[x + k];
}

void convolve_column_into(const Plane& plane, int y, const std::vector<float>& taps, float* out) {
  const int radius = static_cast<int>(taps.size()) / 2;
  std::fill_n(out, plane.width, 0.0f);
  for (int k = -radius; k <= radius; ++k) {
    const float* in = plane.row(std::clamp(y + k, 0, plane.height - 1));
    const float tap = taps[k + radius];
    for (int x = 0; x < plane.width; ++x) out[x] += tap * in[x];
  }
}

Plane sampled_gaussian(const Plane& plane, float sigma) {
  const auto taps = gaussian_taps(sigma);
  Plane across(plane.width, plane.height), result(plane.width, plane.height);
  parallel_stripes(plane.height, [&](int begin, int end) {
    std::vector<float> padded;
    for (int y = begin; y < end; ++y) convolve_row(plane.row(y), across.row(y), plane.width, taps, padded);
  });
  parallel_rows(plane.height, [&](int y) { convolve_column_into(across, y, taps, result.row(y)); });
  return result;
}

// Boxes of radius r and r + 1 mixed so that three of them come nearest to the variance (Kovesi, DICTA 2010); a box of
// width w has variance (w^2 - 1) / 12.
Plane boxed_gaussian(Plane plane, float sigma) {
  constexpr int kPasses = 3;
  const float ideal = std::sqrt(12 * sigma * sigma / kPasses + 1);
  const int narrow = (static_cast<int>(ideal) - 1) / 2, width = 2 * narrow + 1;
  const float passes = (12 * sigma * sigma - kPasses * (width * width + 4 * width + 3)) / (-4.0f * width - 4);
  const int narrow_passes = std::clamp(static_cast<int>(std::lround(passes)), 0, kPasses);
  for (int i = 0; i < kPasses; ++i) plane = box_mean(plane, i < narrow_passes ? narrow : narrow + 1);
  return plane;
}

struct Cell {
  int x0, x1, y0, y1;
  float fx, fy;
};

Cell cell_at(int width, int height, float x, float y) {
  x = std::clamp(x, 0.0f, static_cast<float>(width - 1));
  y = std::clamp(y, 0.0f, static_cast<float>(height - 1));
  const int x0 = static_cast<int>(x), y0 = static_cast<int>(y);
  return {x0, std::min(x0 + 1, width - 1), y0, std::min(y0 + 1, height - 1), x - x0, y - y0};
}

}  // namespace

Plane luma(const Image& picture) {
  Plane plane(picture.width, picture.height);
  parallel_rows(picture.height, [&](int y) {
    for (int x = 0; x < picture.width; ++x) plane.at(x, y) = luma_of(rgb_at(picture, x, y));
  });
  return plane;
}

Plane channel(const Image& picture, int c) {
  Plane plane(picture.width, picture.height);
  for (std::size_t i = 0; i < plane.values.size(); ++i) plane.values[i] = picture.pixels[i * picture.channels + c];
  return plane;
}

void set_channel(Image& picture, int c, const Plane& plane) {
  for (std::size_t i = 0; i < plane.values.size(); ++i) picture.pixels[i * picture.channels + c] = plane.values[i];
}

void add_to_luma(Image& picture, const Plane& delta) {
  parallel_rows(picture.height, [&](int y) {
    for (int x = 0; x < picture.width; ++x) {
      const Rgb c = rgb_at(picture, x, y);
      const float d = delta.at(x, y);
      set_rgb(picture, x, y, {c[0] + d, c[1] + d, c[2] + d});
    }
  });
}

float sample(const Plane& plane, float x, float y) {
  const Cell cell = cell_at(plane.width, plane.height, x, y);
  const float* top = plane.row(cell.y0);
  const float* bottom = plane.row(cell.y1);
  return mix(mix(top[cell.x0], top[cell.x1], cell.fx), mix(bottom[cell.x0], bottom[cell.x1], cell.fx), cell.fy);
}

Rgb sample(const Image& picture, float x, float y) {
  const Cell cell = cell_at(picture.width, picture.height, x, y);
  return mix(mix(rgb_at(picture, cell.x0, cell.y0), rgb_at(picture, cell.x1, cell.y0), cell.fx),
             mix(rgb_at(picture, cell.x0, cell.y1), rgb_at(picture, cell.x1, cell.y1), cell.fx), cell.fy);
}

Plane gaussian_blur(const Plane& plane, float sigma) {
  if (sigma < 0.05f) return plane;
  return sigma <= kWidestSampledSigma ? sampled_gaussian(plane, sigma) : boxed_gaussian(plane, sigma);
}

Image gaussian_blur(const Image& picture, float sigma) {
  Image result = picture;
  for (int c = 0; c < 3; ++c) set_channel(result, c, gaussian_blur(channel(picture, c), sigma));
  return result;
}

}  // namespace inkstone::post
