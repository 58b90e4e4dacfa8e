#include "post/finish.hpp"

#include <cmath>

#include "post/noise.hpp"

namespace inkstone::post {
namespace {

Plane grain_field(int width, int height, float size, std::uint64_t seed) {
  Plane field(width, height);
  parallel_rows(height, [&](int y) {
    for (int x = 0; x < width; ++x) field.at(x, y) = normal(seed, x, y);
  });
  // A blurred field has variance 1 / (4 pi sigma^2); a grain of one pixel is not blurred at all.
  const float sigma = 0.4f * (size - 1);
  if (sigma < 0.3f) return field;
  field = gaussian_blur(field, sigma);
  for (float& v : field.values) v *= std::max(1.0f, 3.545f * sigma);
  return field;
}

// 0 at the two ends of [0, length), 1 further than width * length from both.
float inside_weight(int position, int length, double width) {
  const float edge = static_cast<float>(std::min(position, length - 1 - position));
  return smoothstep(0, std::max(1e-3f, static_cast<float>(width * length)), edge);
}

Rgb mean_colour(const Image& picture) {
  std::array<double, 3> sum = {};
  for (std::size_t i = 0; i < picture.pixels.size(); ++i)
    if (i % picture.channels < 3) sum[i % picture.channels] += picture.pixels[i];
  const double count = double(picture.width) * picture.height;
  return {static_cast<float>(sum[0] / count), static_cast<float>(sum[1] / count), static_cast<float>(sum[2] / count)};
}

Rgb blend_keeping_contrast(const Rgb& a, const Rgb& b, const Rgb& mean, float w) {
  const float norm = 1 / std::sqrt(w * w + (1 - w) * (1 - w));
  Rgb out;
  for (int c = 0; c < 3; ++c) out[c] = mean[c] + norm * (w * (a[c] - mean[c]) + (1 - w) * (b[c] - mean[c]));
  return out;
}

// One axis: (stepx, stepy) is half the picture along it.
Image wrap_axis(const Image& picture, int step_x, int step_y, const Rgb& mean, double width) {
  Image result = picture;
  parallel_rows(picture.height, [&](int y) {
    for (int x = 0; x < picture.width; ++x) {
      const float w = step_x ? inside_weight(x, picture.width, width) : inside_weight(y, picture.height, width);
      if (w >= 1) continue;
      const Rgb shifted = rgb_at(picture, (x + step_x) % picture.width, (y + step_y) % picture.height);
      set_rgb(result, x, y, blend_keeping_contrast(rgb_at(picture, x, y), shifted, mean, w));
    }
  });
  return result;
}

}  // namespace

Image grain(const Image& picture, const GrainOptions& options, std::uint64_t seed) {
  if (options.amount == 0) return picture;
  const Plane y = luma(picture);
  Plane delta = grain_field(picture.width, picture.height, static_cast<float>(options.size), seed);
  const float amount = 0.35f * static_cast<float>(options.amount);
  for (std::size_t i = 0; i < delta.values.size(); ++i)
    delta.values[i] *= amount * std::sqrt(std::max(0.0f, 4 * y.values[i] * (1 - y.values[i])));
  Image result = picture;
  add_to_luma(result, delta);
  return result;
}

Image seamless(const Image& picture, const SeamlessOptions& options) {
  if (options.width == 0) return picture;
  const Rgb mean = mean_colour(picture);
  Image result = picture;
  if (picture.width > 1) result = wrap_axis(result, picture.width / 2, 0, mean, options.width);
  if (picture.height > 1) result = wrap_axis(result, 0, picture.height / 2, mean, options.width);
  return result;
}

}  // namespace inkstone::post
