// The lossy half of JPEG (ITU-T T.81): colour transform, chroma at half resolution, and the rounding of 8x8 cosine coefficients.
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include <ATen/ATen.h>

#include "families/enhancer/degradation.hpp"

namespace inkstone {
namespace {

// T.81 tables K.1 and K.2.
constexpr std::array<float, 64> kLuminance = {16, 11, 10, 16, 24,  40,  51,  61,  12, 12, 14, 19, 26,  58,  60,  55,
                                              14, 13, 16, 24, 40,  57,  69,  56,  14, 17, 22, 29, 51,  87,  80,  62,
                                              18, 22, 37, 56, 68,  109, 103, 77,  24, 35, 55, 64, 81,  104, 113, 92,
                                              49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99};
constexpr std::array<float, 64> kChrominance = {17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99,
                                                24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99,
                                                99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
                                                99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99};

// libjpeg's jpeg_quality_scaling.
at::Tensor quantiser(const std::array<float, 64>& base, double quality) {
  const double scale = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  const auto table = at::from_blob(const_cast<float*>(base.data()), {8, 8}, at::kFloat);
  return ((table * scale + 50) / 100).floor().clamp(1, 255);
}

// Orthonormal DCT-II, [8,8]: row k is the k-th frequency.
at::Tensor cosines() {
  auto matrix = at::empty({8, 8});
  auto* value = matrix.data_ptr<float>();
  for (int k = 0; k < 8; ++k)
    for (int n = 0; n < 8; ++n)
      *value++ = float(std::cos((2 * n + 1) * k * std::numbers::pi / 16) * (k == 0 ? std::sqrt(0.125) : 0.5));
  return matrix;
}

// plane [1,1,H,W] around zero, sides multiples of 8.
at::Tensor rounded_in_frequency(const at::Tensor& plane, const at::Tensor& table) {
  static const auto dct = cosines();
  const int64_t rows = plane.size(2) / 8, columns = plane.size(3) / 8;
  const auto blocks = plane.view({rows, 8, columns, 8}).permute({0, 2, 1, 3});
  const auto coefficients = at::matmul(at::matmul(dct, blocks), dct.t());
  const auto kept = (coefficients / table).round() * table;
  return at::matmul(at::matmul(dct.t(), kept), dct).permute({0, 2, 1, 3}).reshape(plane.sizes());
}

at::Tensor padded_to_16(const at::Tensor& x) {
  const auto missing = [](int64_t side) { return (16 - side % 16) % 16; };
  return at::replication_pad2d(x, {0, missing(x.size(3)), 0, missing(x.size(2))});
}

}  // namespace

at::Tensor jpeg_compressed(const at::Tensor& picture, double quality) {
  const auto rgb = padded_to_16(picture) * 255;
  const auto r = rgb.narrow(1, 0, 1), g = rgb.narrow(1, 1, 1), b = rgb.narrow(1, 2, 1);
  const auto y = 0.299 * r + 0.587 * g + 0.114 * b;
  const auto chroma = at::avg_pool2d(at::cat({(b - y) / 1.772, (r - y) / 1.402}, 1), {2, 2});
  const auto table = quantiser(kChrominance, quality);
  const auto luma = rounded_in_frequency((y - 128).contiguous(), quantiser(kLuminance, quality)) + 128;
  const auto cb = rounded_in_frequency(chroma.narrow(1, 0, 1).contiguous(), table),
             cr = rounded_in_frequency(chroma.narrow(1, 1, 1).contiguous(), table);
  const auto full = at::upsample_nearest2d(at::cat({cb, cr}, 1), {rgb.size(2), rgb.size(3)});
  const auto blue = full.narrow(1, 0, 1), red = full.narrow(1, 1, 1);
  const auto back = at::cat({luma + 1.402 * red, luma - 0.344136 * blue - 0.714136 * red, luma + 1.772 * blue}, 1);
  return back.narrow(2, 0, picture.size(2)).narrow(3, 0, picture.size(3)).div(255).clamp(0, 1);
}

}  // namespace inkstone
