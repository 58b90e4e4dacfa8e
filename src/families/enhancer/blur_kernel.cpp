#include "families/enhancer/blur_kernel.hpp"

#include <cmath>
#include <numbers>

#include <ATen/ATen.h>

namespace inkstone {
namespace {

template <class Value>
at::Tensor normalised_kernel(Value&& value) {
  auto kernel = at::empty({kBlurSide, kBlurSide});
  auto* at = kernel.data_ptr<float>();
  for (int64_t y = -(kBlurSide / 2); y <= kBlurSide / 2; ++y)
    for (int64_t x = -(kBlurSide / 2); x <= kBlurSide / 2; ++x) *at++ = float(value(double(x), double(y)));
  return kernel / kernel.sum();
}

}  // namespace

at::Tensor blur_kernel(const BlurShape& s) {
  const double c = std::cos(s.angle), d = std::sin(s.angle);
  return normalised_kernel([&](double x, double y) {
    const double u = (c * x + d * y) / s.sigma, v = (c * y - d * x) / s.sigma_across;
    const double distance = std::pow(u * u + v * v, s.beta);
    return s.plateau ? 1 / (1 + distance) : std::exp(-distance / 2);
  });
}

at::Tensor sinc_kernel(double omega, int64_t side) {
  const auto reach = double(side / 2);
  return normalised_kernel([&](double x, double y) {
    if (std::abs(x) > reach || std::abs(y) > reach) return 0.0;
    const double r = std::hypot(x, y);
    if (r == 0) return omega * omega / (4 * std::numbers::pi);
    return omega * std::cyl_bessel_j(1.0, omega * r) / (2 * std::numbers::pi * r);
  });
}

at::Tensor blurred(const at::Tensor& x, const at::Tensor& kernel) {
  constexpr int64_t edge = kBlurSide / 2;
  const bool small = x.size(2) <= edge || x.size(3) <= edge;
  const auto padded =
      small ? at::replication_pad2d(x, {edge, edge, edge, edge}) : at::reflection_pad2d(x, {edge, edge, edge, edge});
  // the channels as a batch: one kernel for all three
  return at::conv2d(padded.transpose(0, 1), kernel.view({1, 1, kBlurSide, kBlurSide})).transpose(0, 1).contiguous();
}

}  // namespace inkstone
