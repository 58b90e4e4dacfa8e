#include "kernels/packed.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace inkstone::kernels {
namespace {

double relative_distance(const at::Tensor& a, const at::Tensor& b) {
  return ((a.to(at::kDouble) - b.to(at::kDouble)).norm() / b.to(at::kDouble).norm()).item<double>();
}

void expect_linear(PackedLinear& packed, const at::Tensor& weight, const at::Tensor& bias, at::IntArrayRef shape) {
  const auto x = at::randn(shape);
  const auto exact = at::linear(x, weight, bias);
  const auto residual = at::randn_like(exact);
  EXPECT_LT(relative_distance(packed.forward(x), exact), 1e-5);
  EXPECT_LT(relative_distance(packed.forward(x, residual), exact + residual), 1e-5);
  EXPECT_LT(relative_distance(packed.forward(x.to(at::kBFloat16)), exact), 8e-3);
  EXPECT_LT(relative_distance(packed.forward(x.to(at::kBFloat16), residual.to(at::kBFloat16)), exact + residual), 8e-3);
}

TEST(PackedLinear, IsTheProductForAnyNumberOfRows) {
  at::manual_seed(1);
  for (const auto& [in, out] : {std::pair<int64_t, int64_t>{320, 640}, {7, 3}, {64, 2}}) {
    const auto weight = at::randn({out, in}), bias = at::randn({out});
    PackedLinear packed(weight, bias);
    expect_linear(packed, weight, bias, {2, 77, in});
    expect_linear(packed, weight, bias, {in});
    expect_linear(packed, weight, bias, {1, 5, 3, in});
  }
}

TEST(PackedLinear, GoesWithoutABiasAndFromHalfPrecision) {
  const auto weight = at::randn({33, 40}).to(at::kHalf);
  PackedLinear packed(weight, {});
  expect_linear(packed, weight.to(at::kFloat), {}, {9, 40});
}

TEST(PackedLinear, TakesRowsThatAreNotDense) {
  const auto weight = at::randn({6, 5}), bias = at::randn({6}), x = at::randn({5, 8}).t();
  PackedLinear packed(weight, bias);
  EXPECT_LT(relative_distance(packed.forward(x), at::linear(x, weight, bias)), 1e-5);
}

struct PackedCase {
  int64_t in, out, kernel, stride, padding, height, width;
};
class PackedConvolutionOf : public testing::TestWithParam<PackedCase> {};

TEST_P(PackedConvolutionOf, IsTheConvolution) {
  const auto c = GetParam();
  at::manual_seed(2);
  const auto weight = at::randn({c.out, c.in, c.kernel, c.kernel}), bias = at::randn({c.out});
  PackedConvolution packed(weight, bias, c.stride, c.padding);
  for (const int64_t n : {1, 2}) {
    const auto x = at::randn({n, c.in, c.height, c.width});
    const auto exact = at::conv2d(x, weight, bias, c.stride, c.padding);
    const auto residual = at::randn_like(exact);
    EXPECT_LT(relative_distance(packed.forward(x), exact), 1e-5);
    EXPECT_LT(relative_distance(packed.forward(x, residual), exact + residual), 1e-5);
    EXPECT_LT(relative_distance(packed.forward(x.to(at::kBFloat16)), exact), 8e-3);
    EXPECT_TRUE(packed.forward(x).is_contiguous(at::MemoryFormat::ChannelsLast));
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, PackedConvolutionOf,
                         testing::Values(PackedCase{4, 32, 3, 1, 1, 16, 24}, PackedCase{32, 4, 3, 1, 1, 7, 9},
                                         PackedCase{64, 64, 3, 2, 1, 16, 16}, PackedCase{64, 64, 3, 2, 1, 15, 13},
                                         PackedCase{48, 96, 1, 1, 0, 8, 8}, PackedCase{3, 5, 4, 4, 0, 17, 18}));

}  // namespace
}  // namespace inkstone::kernels
