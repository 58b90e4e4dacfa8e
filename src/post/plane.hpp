// One channel of a picture, and the few operations that every filter shares: luma, sampling, smoothing.
// Pixels outside the picture take the value of the nearest pixel inside.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

#include "inkstone/image.hpp"

namespace inkstone::post {

struct Plane {
  int width = 0;
  int height = 0;
  std::vector<float> values;

  Plane() = default;
  Plane(int w, int h, float value = 0) : width(w), height(h), values(std::size_t(w) * h, value) {}

  float* row(int y) { return values.data() + std::size_t(y) * width; }
  const float* row(int y) const { return values.data() + std::size_t(y) * width; }
  float& at(int x, int y) { return row(y)[x]; }
  float at(int x, int y) const { return row(y)[x]; }
  float clamped(int x, int y) const { return at(std::clamp(x, 0, width - 1), std::clamp(y, 0, height - 1)); }
};

using Rgb = std::array<float, 3>;

inline Rgb rgb_at(const Image& picture, int x, int y) {
  const float* p = &picture.pixels[(std::size_t(y) * picture.width + x) * picture.channels];
  return {p[0], p[1], p[2]};
}

inline void set_rgb(Image& picture, int x, int y, const Rgb& colour) {
  for (int c = 0; c < 3; ++c) picture.at(x, y, c) = std::clamp(colour[c], 0.0f, 1.0f);
}

// Rec. 709 luma of sRGB-encoded values.
inline float luma_of(const Rgb& c) {
  return 0.2126f * c[0] + 0.7152f * c[1] + 0.0722f * c[2];
}

inline float mix(float a, float b, float t) {
  return a + (b - a) * t;
}
inline Rgb mix(const Rgb& a, const Rgb& b, float t) {
  return {mix(a[0], b[0], t), mix(a[1], b[1], t), mix(a[2], b[2], t)};
}

// 0 below a, 1 above b, smooth between; a < b.
inline float smoothstep(float a, float b, float x) {
  const float t = std::clamp((x - a) / (b - a), 0.0f, 1.0f);
  return t * t * (3 - 2 * t);
}

Plane luma(const Image& picture);
Plane channel(const Image& picture, int c);
void set_channel(Image& picture, int c, const Plane& plane);

// Adds delta to R, G and B alike: brightness changes, colour differences stay. Clamped to [0,1].
void add_to_luma(Image& picture, const Plane& delta);

// Bilinear, at pixel centres with integer coordinates.
float sample(const Plane& plane, float x, float y);
Rgb sample(const Image& picture, float x, float y);

// Convolution with a Gaussian of standard deviation sigma pixels; sigma below 0.05 changes nothing. Wide ones are three
// box passes (Wells, PAMI 1986), within 4 % of the true deviation.
Plane gaussian_blur(const Plane& plane, float sigma);
Image gaussian_blur(const Image& picture, float sigma);

// Applies change to the colour of each pixel and clamps the result.
template <class Change>
Image map_pixels(const Image& picture, const Change& change);

}  // namespace inkstone::post

#include "post/parallel_rows.hpp"

template <class Change>
inkstone::Image inkstone::post::map_pixels(const Image& picture, const Change& change) {
  Image result = picture;
  parallel_rows(picture.height, [&](int y) {
    for (int x = 0; x < picture.width; ++x) set_rgb(result, x, y, change(rgb_at(picture, x, y)));
  });
  return result;
}
