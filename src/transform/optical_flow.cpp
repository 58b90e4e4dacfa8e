#include "transform/optical_flow.hpp"

#include <algorithm>

#include <ATen/ATen.h>

namespace inkstone::transform {
namespace {

constexpr int64_t kLastSide = 192;  // longer side at which the search ends: paintings need no sharper flow
constexpr int64_t kFirstSide = 24;  // shorter side at which it begins
constexpr int kRounds = 3;          // of least squares per level
constexpr int64_t kWindow = 9;
constexpr double kDamping = 2e-4;  // where a window has no texture, nothing moves

at::Tensor scaled_to(const at::Tensor& x, int64_t height, int64_t width) {
  return at::_upsample_bilinear2d_aa(x.contiguous(), {height, width}, false);
}

at::Tensor grey(const at::Tensor& rgb) {
  return (rgb * at::tensor({0.299F, 0.587F, 0.114F}).view({1, 3, 1, 1})).sum(1, true);
}

at::Tensor window_mean(const at::Tensor& x) {
  const auto framed = at::replication_pad2d(x, {kWindow / 2, kWindow / 2, kWindow / 2, kWindow / 2});
  return at::avg_pool2d(framed, kWindow, 1);
}

struct Slopes {
  at::Tensor x, y;
};

Slopes slopes_of(const at::Tensor& picture) {
  const auto wide = at::replication_pad2d(picture, {1, 1, 1, 1});
  const auto h = picture.size(2), w = picture.size(3);
  return {(wide.slice(3, 2, w + 2).slice(2, 1, h + 1) - wide.slice(3, 0, w).slice(2, 1, h + 1)) / 2,
          (wide.slice(2, 2, h + 2).slice(3, 1, w + 1) - wide.slice(2, 0, h).slice(3, 1, w + 1)) / 2};
}

// One step of least squares from flow: the difference that remains, divided by what a pixel's shift would change.
at::Tensor improved(const at::Tensor& before, const at::Tensor& after, const at::Tensor& flow) {
  const auto moved = warped(before, flow);
  const auto [dx, dy] = slopes_of(moved);
  const auto rest = after - moved;
  const auto xx = window_mean(dx * dx) + kDamping, yy = window_mean(dy * dy) + kDamping, xy = window_mean(dx * dy);
  const auto bx = window_mean(dx * rest), by = window_mean(dy * rest);
  const auto determinant = xx * yy - xy * xy;
  const auto step = at::cat({(yy * bx - xy * by) / determinant, (xx * by - xy * bx) / determinant}, 1);
  return window_mean(flow + step.clamp(-2, 2));  // smooth, as motion is
}

}  // namespace

at::Tensor warped(const at::Tensor& picture, const at::Tensor& flow) {
  const int64_t height = picture.size(2), width = picture.size(3);
  const auto x = at::arange(double(width)).to(at::kFloat).view({1, 1, width}) + flow.select(1, 0);
  const auto y = at::arange(double(height)).to(at::kFloat).view({1, height, 1}) + flow.select(1, 1);
  const auto unit = [](const at::Tensor& at, int64_t size) { return (2 * at + 1) / double(size) - 1; };
  return at::grid_sampler_2d(picture, at::stack({unit(x, width), unit(y, height)}, 3), 0, 1, false);  // bilinear, border
}

at::Tensor optical_flow(const at::Tensor& before, const at::Tensor& after) {
  const int64_t height = before.size(2), width = before.size(3);
  const double finest = std::min(1.0, double(kLastSide) / double(std::max(height, width)));
  double coarsest = finest;
  while (coarsest * double(std::min(height, width)) > 2 * kFirstSide) coarsest /= 2;
  const auto a = grey(before), b = grey(after);
  at::Tensor flow;
  for (double scale = coarsest; scale <= finest * 1.001; scale *= 2) {
    const auto side = [&](int64_t length) { return std::max<int64_t>(kWindow, std::llround(double(length) * scale)); };
    const int64_t h = side(height), w = side(width);
    flow = flow.defined() ? at::upsample_bilinear2d(flow, {h, w}, false) * (double(w) / double(flow.size(3)))
                          : at::zeros({1, 2, h, w});
    const auto small_a = scaled_to(a, h, w), small_b = scaled_to(b, h, w);
    for (int round = 0; round < kRounds; ++round) flow = improved(small_a, small_b, flow);
  }
  return at::upsample_bilinear2d(flow, {height, width}, false) * (double(width) / double(flow.size(3)));
}

at::Tensor flow_confidence(const at::Tensor& before, const at::Tensor& after, const at::Tensor& backward,
                           const at::Tensor& forward) {
  const auto there_and_back = (backward + warped(forward, backward)).square().sum(1, true);
  const auto length = backward.square().sum(1, true) + warped(forward, backward).square().sum(1, true);
  const auto consistent = at::exp(-there_and_back / (0.05 * length + 1.0));
  const auto alike = at::exp(-(warped(before, backward) - after).abs().mean(1, true) / 0.06);
  return (consistent * alike).clamp(0, 1);
}

}  // namespace inkstone::transform
