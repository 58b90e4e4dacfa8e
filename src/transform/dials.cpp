#include "transform/dials.hpp"

#include <algorithm>
#include <cmath>

#include <ATen/ATen.h>

namespace inkstone::transform {
namespace {

constexpr int64_t kToneSide = 12;  // pixels along the shorter side: tones larger than a twelfth of the picture are the painting's

// Rec. 601, as the YIQ of "original colours".
at::Tensor luminance(const at::Tensor& rgb) {
  const auto weights = at::tensor({0.299F, 0.587F, 0.114F}).view({1, 3, 1, 1});
  return (rgb * weights).sum(1, true);
}

// What remains of y once everything coarser than `coarsest` pixels along the shorter side is gone.
at::Tensor fine_bands(const at::Tensor& y) {
  const double shrink = std::min(1.0, double(kToneSide) / double(std::min(y.size(2), y.size(3))));
  const auto side = [&](int64_t length) { return std::max<int64_t>(1, std::llround(double(length) * shrink)); };
  const auto coarse = at::_upsample_bicubic2d_aa(y, {side(y.size(2)), side(y.size(3))}, false);
  return y - at::upsample_bicubic2d(coarse, {y.size(2), y.size(3)}, false);
}

}  // namespace

at::Tensor with_dials(const at::Tensor& photograph, const at::Tensor& painting, Dials dials) {
  auto picture = painting;
  if (dials.retention > 0)
    picture = (picture + dials.retention * (fine_bands(luminance(photograph)) - fine_bands(luminance(painting)))).clamp(0, 1);
  return dials.strength >= 1 ? picture : at::lerp(photograph, picture, dials.strength);
}

}  // namespace inkstone::transform
