#include "image/resize.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "image/colour.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

constexpr float kInvisible = 1.0f / (1 << 20);

void to_light(const float* encoded, float* light, int width, int channels) {
  const FastCurve& curve = fast_curve();
  for (int x = 0; x < width; ++x, encoded += channels, light += channels) {
    const float alpha = channels == 4 ? encoded[3] : 1.0f;
    for (int c = 0; c < 3; ++c) light[c] = curve.to_linear(encoded[c]) * alpha;
    if (channels == 4) light[3] = alpha;
  }
}

// Lanczos overshoots at edges; light below black or above white is clamped.
void to_encoded(float* pixel, int channels, const FastCurve& curve) {
  float alpha = 1;
  if (channels == 4) alpha = pixel[3] = std::clamp(pixel[3], 0.0f, 1.0f);
  for (int c = 0; c < 3; ++c) pixel[c] = alpha > kInvisible ? curve.to_encoded(pixel[c] / alpha) : 0.0f;
}

int scaled_side(int side, int longest, int limit) {
  return std::max(1, static_cast<int>(std::lround(static_cast<double>(side) * limit / longest)));
}

}  // namespace

Size fit_within(Size size, int longest_side) {
  const int longest = std::max(size.width, size.height);
  if (longest_side <= 0 || longest <= longest_side) return size;
  return {scaled_side(size.width, longest, longest_side), scaled_side(size.height, longest, longest_side)};
}

LinearLightResizer::LinearLightResizer(Size source, Size result, int channels)
    : source_(source),
      result_(result),
      channels_(channels),
      rows_(source.width, source.height, result.width, result.height, channels),
      light_(std::size_t(source.width) * channels) {}

void LinearLightResizer::push(const float* encoded_row) {
  to_light(encoded_row, light_.data(), source_.width, channels_);
  rows_.push(light_.data());
}

Image LinearLightResizer::finish() {
  Image image;
  image.width = result_.width;
  image.height = result_.height;
  image.channels = channels_;
  image.pixels = std::move(rows_.result());
  for (std::size_t i = 0; i < image.pixels.size(); i += channels_) to_encoded(&image.pixels[i], channels_, fast_curve());
  return image;
}

Image resize(const Image& image, int width, int height) {
  if (width < 1 || height < 1 || image.empty())
    throw Error(ErrorCategory::bad_argument,
                fmt::format("cannot resize a {}x{} picture to {}x{}", image.width, image.height, width, height));
  if (width == image.width && height == image.height) return image;
  LinearLightResizer resizer({image.width, image.height}, {width, height}, image.channels);
  for (int y = 0; y < image.height; ++y) resizer.push(image.pixels.data() + std::size_t(y) * image.width * image.channels);
  return resizer.finish();
}

}  // namespace inkstone
