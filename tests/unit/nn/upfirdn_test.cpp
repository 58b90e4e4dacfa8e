// Resampling by filters: against the definition, its transpose, and derivatives of it.
#include "nn/upfirdn.hpp"

#include <gtest/gtest.h>
#include <torch/autograd.h>
#include <torch/nn.h>

namespace inkstone::nn {
namespace {

// Zeros between the pixels, zeros around, the mirrored filter, every k-th pixel: as it is defined.
at::Tensor by_definition(const at::Tensor& x, const Taps& taps, const Resampling& how) {
  const int64_t n = x.size(0), c = x.size(1), h = x.size(2), w = x.size(3);
  auto spread = at::zeros({n, c, h, how.up, w, how.up}, x.options());
  spread.select(3, 0).select(4, 0).copy_(x);
  auto y = at::constant_pad_nd(spread.reshape({n, c, h * how.up, w * how.up}), {how.before, how.after, how.before, how.after});
  auto f = at::tensor(taps, x.options());
  if (!how.correlate) f = f.flip(0);
  const auto kernel = (f.view({-1, 1}) * f.view({1, -1}) * how.gain).expand({c, 1, -1, -1}).contiguous();
  y = at::conv2d(y, kernel, {}, 1, at::IntArrayRef{0, 0}, 1, c);
  return y.slice(2, 0, c10::nullopt, how.down).slice(3, 0, c10::nullopt, how.down);
}

std::vector<std::pair<Taps, Resampling>> walks() {
  return {{{1, 3, 3, 1}, {2, 1, 2, 1, 4}},         {{1, 3, 3, 1}, {1, 2, 1, 1}},
          {{1, 2, -3, 4, 7}, {1, 1, 3, -1, 2}},    {{1, 2, -3, 4, 7}, {1, 2, -2, 3}},
          {{1, 2, -3, 4, 7, 2}, {2, 1, -3, 4, 1}}, {{1, 2, -3}, {3, 1, 0, 2, 1, true}},
          {{1, 2, -3, 4}, {1, 3, 5, 5, 1, true}},  {{2}, {1, 1, 0, 0}}};
}

TEST(Upfirdn, IsWhatTheDefinitionSays) {
  const auto x = torch::randn({2, 3, 9, 12}, at::kDouble);
  for (const auto& [taps, how] : walks()) {
    const auto expected = by_definition(x, taps, how);
    for (const auto& input : {x, x.contiguous(at::MemoryFormat::ChannelsLast)}) {
      const auto y = upfirdn2d(input, taps, how);
      ASSERT_EQ(y.sizes(), expected.sizes());
      EXPECT_LT((y - expected).abs().max().item<double>(), 1e-10);
    }
  }
}

TEST(Upfirdn, DerivativesOfEveryOrder) {
  for (const auto& [taps, how] : walks()) {
    const auto x = torch::randn({2, 3, 9, 12}, torch::dtype(at::kDouble).requires_grad(true));
    const auto first = [&](const at::Tensor& y) {
      const auto toward = torch::arange(y.numel(), at::kDouble).sin().view(y.sizes());
      const auto dx = torch::autograd::grad({(y.pow(3) * toward).sum()}, {x}, {}, true, true)[0];
      return std::pair(dx, torch::autograd::grad({dx.square().sum()}, {x})[0]);
    };
    const auto got = first(upfirdn2d(x, taps, how)), expected = first(by_definition(x, taps, how));
    EXPECT_LT((got.first - expected.first).abs().max().item<double>(), 1e-9 * (1 + expected.first.abs().max().item<double>()));
    EXPECT_LT((got.second - expected.second).abs().max().item<double>(), 1e-9 * (1 + expected.second.abs().max().item<double>()));
  }
}

TEST(Upfirdn, FlatPicturesStayFlat) {
  const auto x = torch::ones({1, 1, 8, 10});
  const auto taps = normalised({1, 3, 3, 1});
  EXPECT_EQ(upsampled(x, taps).sizes(), (std::vector<int64_t>{1, 1, 16, 20}));
  EXPECT_EQ(downsampled(x, taps).sizes(), (std::vector<int64_t>{1, 1, 4, 5}));
  EXPECT_LT((upsampled(x, taps).slice(2, 3, 13).slice(3, 3, 17) - 1).abs().max().item<double>(), 1e-6);
  EXPECT_LT((downsampled(x, taps).slice(2, 1, 3).slice(3, 1, 4) - 1).abs().max().item<double>(), 1e-6);
}

}  // namespace
}  // namespace inkstone::nn
