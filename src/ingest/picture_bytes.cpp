#include "ingest/picture_bytes.hpp"

#include <algorithm>
#include <cmath>

#include <ATen/ATen.h>

namespace inkstone {
namespace {

uint8_t byte_of(float value) {
  return static_cast<uint8_t>(std::lround(std::clamp(value, 0.0f, 1.0f) * 255.0f));
}

}  // namespace

at::Tensor to_bytes(const Image& picture, int64_t channels) {
  at::Tensor result = at::empty({channels, picture.height, picture.width}, at::kByte);
  const int64_t plane = static_cast<int64_t>(picture.height) * picture.width;
  auto* out = result.data_ptr<uint8_t>();
  const float* pixel = picture.pixels.data();
  for (int64_t i = 0; i < plane; ++i, pixel += picture.channels) {
    const float alpha = picture.channels == 4 ? pixel[3] : 1.0f;
    const auto on_white = [&](int c) { return pixel[c] * alpha + (1 - alpha); };
    if (channels == 1)
      out[i] = byte_of(0.299f * on_white(0) + 0.587f * on_white(1) + 0.114f * on_white(2));
    else
      for (int c = 0; c < 3; ++c) out[c * plane + i] = byte_of(on_white(c));
  }
  return result;
}

Image from_bytes(const at::Tensor& picture) {
  const auto source = picture.contiguous();
  const int64_t channels = source.size(0), plane = source.size(1) * source.size(2);
  Image image(static_cast<int>(source.size(2)), static_cast<int>(source.size(1)), 3);
  const auto* bytes = source.data_ptr<uint8_t>();
  for (int64_t i = 0; i < plane; ++i)
    for (int64_t c = 0; c < 3; ++c)
      image.pixels[static_cast<std::size_t>(3 * i + c)] = static_cast<float>(bytes[(channels == 1 ? 0 : c) * plane + i]) / 255.0f;
  return image;
}

}  // namespace inkstone
