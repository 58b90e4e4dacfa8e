#include "eval/ssim.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

constexpr double kDeviation = 1.5, kK1 = 0.01, kK2 = 0.03;

at::Tensor gaussian_window() {
  const auto x = at::arange(kSsimWindow, at::kDouble) - (kSsimWindow - 1) / 2;
  const auto weights = (-x.square() / (2 * kDeviation * kDeviation)).exp();
  return weights / weights.sum();
}

// Weighted mean around each place, one axis after the other. x [M,1,H,W].
at::Tensor windowed(const at::Tensor& x, const at::Tensor& window) {
  return at::conv2d(at::conv2d(x, window.view({1, 1, 1, -1})), window.view({1, 1, -1, 1}));
}

}  // namespace

at::Tensor ssim(const at::Tensor& a, const at::Tensor& b, double peak) {
  if (a.sizes() != b.sizes())
    throw Error(ErrorCategory::bad_argument, "SSIM compares pictures of one size; resize one set first");
  if (a.size(2) < kSsimWindow || a.size(3) < kSsimWindow)
    throw Error(ErrorCategory::bad_argument, fmt::format("SSIM needs pictures of at least {0} x {0} pixels", kSsimWindow));
  const auto window = gaussian_window();
  const auto planes = [](const at::Tensor& t) { return t.to(at::kDouble).reshape({-1, 1, t.size(2), t.size(3)}); };
  const auto x = planes(a), y = planes(b);
  const auto mx = windowed(x, window), my = windowed(y, window);
  const auto vx = windowed(x * x, window) - mx * mx, vy = windowed(y * y, window) - my * my,
             vxy = windowed(x * y, window) - mx * my;
  const double c1 = kK1 * peak * kK1 * peak, c2 = kK2 * peak * kK2 * peak;
  const auto map = (2 * mx * my + c1) * (2 * vxy + c2) / ((mx * mx + my * my + c1) * (vx + vy + c2));
  return map.reshape({a.size(0), -1}).mean(1);
}

}  // namespace inkstone
