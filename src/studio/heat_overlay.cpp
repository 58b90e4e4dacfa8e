#include "studio/heat_overlay.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <ATen/ATen.h>

#include "image/text_label.hpp"

namespace inkstone::studio {
namespace {

using Rgb = std::array<float, 3>;

// Night blue, violet, red, orange, light yellow: lightness rises evenly, so that it also reads in grey.
constexpr std::array<Rgb, 5> kGlow = {
    {{0.05f, 0.05f, 0.25f}, {0.42f, 0.07f, 0.48f}, {0.83f, 0.20f, 0.25f}, {0.98f, 0.58f, 0.10f}, {1.0f, 0.95f, 0.55f}}};

Rgb glow(float heat) {
  const float place = std::clamp(heat, 0.0f, 1.0f) * float(kGlow.size() - 1);
  const auto low = std::min<std::size_t>(std::size_t(place), kGlow.size() - 2);
  const float share = place - float(low);
  Rgb colour;
  for (int c = 0; c < 3; ++c) colour[c] = kGlow[low][c] * (1 - share) + kGlow[low + 1][c] * share;
  return colour;
}

// Cold: the picture, dim and nearly grey. Hot: the picture as it is under a glow.
Rgb lit(const Rgb& pixel, float heat) {
  const float grey = 0.299f * pixel[0] + 0.587f * pixel[1] + 0.114f * pixel[2];
  const float seen = std::clamp(heat * 2, 0.0f, 1.0f), cover = 0.55f * std::clamp(heat * 1.5f, 0.0f, 1.0f);
  const Rgb warm = glow(heat);
  Rgb out;
  for (int c = 0; c < 3; ++c) {
    const float dim = (grey * 0.7f + pixel[c] * 0.3f) * 0.45f + 0.04f;
    out[c] = (dim * (1 - seen) + pixel[c] * seen) * (1 - cover) + warm[c] * cover;
  }
  return out;
}

// Black on white, laid on what is there.
void lay(Image& canvas, const Image& label, int left, int top) {
  for (int y = 0; y < label.height; ++y)
    for (int x = 0; x < label.width; ++x)
      if (left + x < canvas.width && top + y < canvas.height)
        for (int c = 0; c < 3; ++c) canvas.at(left + x, top + y, c) *= label.at(x, y, c);
}

void lay_scale(Image& canvas, int left, int top, int width, int height) {
  for (int y = top; y < top + height; ++y)
    for (int x = 0; x < width; ++x) {
      const auto colour = glow(float(x) / float(width - 1));
      for (int c = 0; c < 3; ++c) canvas.at(left + x, y, c) = colour[c];
    }
}

}  // namespace

Image heat_overlay(const Image& picture, const at::Tensor& heat) {
  auto values =
      at::upsample_bicubic2d(heat.to(at::kFloat), {picture.height, picture.width}, /*align_corners=*/false).clamp_min(0);
  const auto sorted = std::get<0>(values.flatten().sort());
  const auto hottest = std::max(sorted[int64_t(double(sorted.numel() - 1) * 0.995)].item<float>(), 1e-12f);
  values = (values / hottest).clamp(0, 1).contiguous();
  const float* h = values.data_ptr<float>();
  Image out(picture.width, picture.height, 3);
  for (int y = 0; y < picture.height; ++y)
    for (int x = 0; x < picture.width; ++x) {
      const auto colour =
          lit({picture.at(x, y, 0), picture.at(x, y, 1), picture.at(x, y, 2)}, h[std::size_t(y) * picture.width + x]);
      for (int c = 0; c < 3; ++c) out.at(x, y, c) = colour[c];
    }
  return out;
}

Image with_legend(const Image& picture, const std::string& text, bool scale) {
  const int line = std::clamp(picture.width / 44, 11, 26), pad = std::max(3, line / 2);
  const int bar = scale ? std::clamp(picture.width / 8, 2, std::max(2, picture.width - 2 * pad)) : 0,
            left = scale ? 2 * pad + bar : pad;
  const Image label = text_label(text, std::max(line, picture.width - left - pad), line);
  const int strip = std::max(label.height, line) + 2 * pad;
  Image out(picture.width, picture.height + strip, 3);
  std::copy_n(picture.pixels.begin(), picture.pixels.size(), out.pixels.begin());
  std::fill(out.pixels.begin() + std::ptrdiff_t(picture.pixels.size()), out.pixels.end(), 0.96f);
  if (scale && pad + bar <= out.width) lay_scale(out, pad, picture.height + pad, bar, strip - 2 * pad);
  lay(out, label, left, picture.height + pad);
  return out;
}

}  // namespace inkstone::studio
