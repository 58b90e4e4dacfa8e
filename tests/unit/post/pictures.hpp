// Small pictures to try filters on.
#pragma once

#include <cmath>
#include <vector>

#include "post/noise.hpp"
#include "post/plane.hpp"

namespace inkstone::post {

// Smooth colours around the middle of the range with some structure: nothing clips under mild changes.
inline Image mild_picture(int width, int height, std::uint64_t seed = 1) {
  Image picture(width, height, 3);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const float a = fractal_noise(seed, x / 9.0f, y / 9.0f, 3), b = fractal_noise(seed + 40, x / 13.0f, y / 7.0f, 3);
      set_rgb(picture, x, y, {0.3f + 0.4f * a, 0.35f + 0.2f * a + 0.2f * b, 0.4f + 0.25f * b});
    }
  return picture;
}

// Uniform noise over the whole range, with alpha where channels is 4.
inline Image wild_picture(int width, int height, int channels = 3, std::uint64_t seed = 2) {
  Image picture(width, height, channels);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (int c = 0; c < channels; ++c) picture.at(x, y, c) = uniform(seed + c, x, y);
  return picture;
}

inline float largest_difference(const std::vector<float>& a, const std::vector<float>& b) {
  if (a.size() != b.size()) return 1e9f;
  float worst = 0;
  for (std::size_t i = 0; i < a.size(); ++i) worst = std::max(worst, std::abs(a[i] - b[i]));
  return worst;
}

inline float largest_difference(const Image& a, const Image& b) {
  return largest_difference(a.pixels, b.pixels);
}

}  // namespace inkstone::post
