#include "data/augment.hpp"

#include <algorithm>
#include <cmath>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "data/draw_random.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

constexpr uint64_t kStream = 0x61756720;  // apart from the numbers that other uses of the same seed draw

PictureSize size_of(const at::Tensor& picture) {
  return {picture.size(-2), picture.size(-1)};
}

Rectangle whole(PictureSize size) {
  return {0, 0, static_cast<double>(size.height), static_cast<double>(size.width)};
}

// Rec. 601 luma, the grey that picture libraries agree on.
at::Tensor grey_of(const at::Tensor& rgb) {
  at::Tensor grey = at::empty({1, rgb.size(1), rgb.size(2)}, at::kFloat);
  const int64_t plane = rgb.size(1) * rgb.size(2);
  const auto* p = rgb.data_ptr<float>();
  for (int64_t i = 0; i < plane; ++i)
    grey.data_ptr<float>()[i] = 0.299f * p[i] + 0.587f * p[plane + i] + 0.114f * p[2 * plane + i];
  return grey;
}

at::Tensor with_channels(const at::Tensor& picture, int64_t channels, const AugmentOptions& options) {
  if (picture.size(0) == channels) return picture;
  const auto known = [](int64_t c) { return c == 1 || c == 3; };
  if (!options.convert_channels || !known(channels) || !known(picture.size(0)))
    throw Error(
        ErrorCategory::bad_argument,
        fmt::format("the pictures have {} channel{} and the network wants {}; set convert-channels to have them converted",
                    picture.size(0), picture.size(0) == 1 ? "" : "s", channels));
  return channels == 1 ? grey_of(picture) : picture.expand({3, picture.size(1), picture.size(2)}).contiguous();
}

// On black, as large as fits.
at::Tensor padded(const at::Tensor& picture, PictureSize size, bool mirrored) {
  const auto from = size_of(picture);
  const double scale = std::min(static_cast<double>(size.height) / static_cast<double>(from.height),
                                static_cast<double>(size.width) / static_cast<double>(from.width));
  const auto side = [&](int64_t length, int64_t most) {
    return std::clamp<int64_t>(std::llround(static_cast<double>(length) * scale), 1, most);
  };
  const PictureSize inner{side(from.height, size.height), side(from.width, size.width)};
  at::Tensor result = at::zeros({picture.size(0), size.height, size.width}, at::kFloat);
  result.narrow(1, (size.height - inner.height) / 2, inner.height)
      .narrow(2, (size.width - inner.width) / 2, inner.width)
      .copy_(resampled(picture, whole(from), inner, mirrored));
  return result;
}

// As many pixels as asked for from anywhere, none of them scaled; of a picture that has fewer, all that fits.
Rectangle patch(PictureSize picture, PictureSize size, DrawRandom& random) {
  const double across = random.uniform(), along = random.uniform();
  if (picture.height < size.height || picture.width < size.width) return cover(picture, size, across, along);
  const auto room = [](int64_t length, int64_t wanted, double place) { return std::floor(double(length - wanted + 1) * place); };
  return {std::min(room(picture.height, size.height, along), double(picture.height - size.height)),
          std::min(room(picture.width, size.width, across), double(picture.width - size.width)), double(size.height),
          double(size.width)};
}

at::Tensor fitted(const at::Tensor& picture, PictureSize size, const AugmentOptions& options, DrawRandom& random) {
  const bool mirrored = options.flip && random.uniform() < 0.5;
  if (options.crop == "pad") return padded(picture, size, mirrored);
  if (options.crop == "squeeze") return resampled(picture, whole(size_of(picture)), size, mirrored);
  if (options.crop == "patch") return resampled(picture, patch(size_of(picture), size, random), size, mirrored);
  if (options.crop == "center") return resampled(picture, cover(size_of(picture), size), size, mirrored);
  const double area = random.uniform(options.crop_area, 1);
  const double across = random.uniform(), along = random.uniform();
  return resampled(picture, cover(size_of(picture), size, across, along, area), size, mirrored);
}

int64_t reflected(int64_t at, int64_t length) {
  if (length == 1) return 0;
  const int64_t period = 2 * (length - 1);
  at = (at % period + period) % period;
  return std::min(at, period - at);
}

at::Tensor shifted(const at::Tensor& picture, int64_t down, int64_t right) {
  at::Tensor result = at::empty_like(picture);
  const int64_t height = picture.size(1), width = picture.size(2);
  auto* out = result.data_ptr<float>();
  for (int64_t c = 0; c < picture.size(0); ++c)
    for (int64_t y = 0; y < height; ++y) {
      const float* row = picture.data_ptr<float>() + (c * height + reflected(y - down, height)) * width;
      for (int64_t x = 0; x < width; ++x) *out++ = row[reflected(x - right, width)];
    }
  return result;
}

// Values in [0,255].
void jitter(const at::Tensor& picture, double amount, DrawRandom& random) {
  const auto factor = [&] { return static_cast<float>(random.uniform(1 - amount, 1 + amount)); };
  const float brightness = factor(), contrast = factor(), saturation = factor();
  const at::Tensor grey = picture.size(0) == 3 ? grey_of(picture) : picture.clone();
  const int64_t plane = grey.numel();
  double sum = 0;
  for (int64_t i = 0; i < plane; ++i) sum += grey.data_ptr<float>()[i];
  const auto mean = static_cast<float>(sum / static_cast<double>(plane));
  for (int64_t c = 0; c < picture.size(0); ++c) {
    float* p = picture.data_ptr<float>() + c * plane;
    const float* g = grey.data_ptr<float>();
    for (int64_t i = 0; i < plane; ++i) p[i] = brightness * (mean + contrast * (g[i] + saturation * (p[i] - g[i]) - mean));
  }
}

}  // namespace

bool changes_nothing(const AugmentOptions& options) {
  return !options.flip && options.shift == 0 && options.color_jitter == 0 && (options.crop != "random" || options.crop_area == 1);
}

Rectangle cover(PictureSize picture, PictureSize size, double across, double along, double area) {
  const double ratio = static_cast<double>(size.width) / static_cast<double>(size.height);
  const auto height = static_cast<double>(picture.height), width = static_cast<double>(picture.width);
  Rectangle r{0, 0, std::min(height, width / ratio), std::min(width, height * ratio)};
  if (area < 1) r.height *= std::sqrt(area), r.width *= std::sqrt(area);
  r.top = (height - r.height) * along;
  r.left = (width - r.width) * across;
  // a picture that need not be scaled keeps its pixels
  const auto whole_pixels = [](double room, double place) { return std::min(std::floor((room + 1) * place), room); };
  if (r.height == static_cast<double>(size.height)) r.top = whole_pixels(height - r.height, along);
  if (r.width == static_cast<double>(size.width)) r.left = whole_pixels(width - r.width, across);
  return r;
}

void augment_into(const at::Tensor& picture, const at::Tensor& out, const AugmentOptions& options, uint64_t seed, int64_t draw) {
  DrawRandom random(seed ^ kStream, draw);
  auto pixels = with_channels(fitted(picture, size_of(out), options, random), out.size(0), options);
  if (options.shift > 0) {
    const auto span = 2 * static_cast<int64_t>(options.shift) + 1;
    const int64_t down = random.below(span) - options.shift, right = random.below(span) - options.shift;
    pixels = shifted(pixels, down, right);
  }
  if (options.color_jitter > 0) jitter(pixels, options.color_jitter, random);
  const auto* from = pixels.data_ptr<float>();
  auto* to = out.data_ptr<float>();
  for (int64_t i = 0; i < out.numel(); ++i) to[i] = std::clamp(from[i], 0.0f, 255.0f) / 127.5f - 1.0f;
}

}  // namespace inkstone
