#include "kernels/elementwise.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/autograd.h>

#include "kernels/matmul.hpp"

namespace inkstone::kernels {
namespace {

at::Tensor picture(int64_t channels, int64_t height, int64_t width) {
  return at::randn({2, channels, height, width}).contiguous(at::MemoryFormat::ChannelsLast);
}

TEST(ReluBackward, KeepsTheGradientWhereTheOutputIsPositive) {
  const auto output = at::relu(picture(5, 6, 7));
  for (const auto type : {at::kFloat, at::kBFloat16}) {
    auto gradient = picture(5, 6, 7).to(type);
    const auto expected = gradient * (output > 0);
    relu_backward_(gradient, output.to(type));
    EXPECT_TRUE(at::equal(gradient, expected));
  }
}

TEST(MaxPool, EqualsAtenAndItsGradientOnOddSizes) {
  for (const auto& x : {picture(3, 8, 6), picture(17, 9, 7), picture(1, 2, 3)}) {
    auto variable = x.clone().set_requires_grad(true);
    const auto expected = at::max_pool2d(variable, 2, 2);
    EXPECT_TRUE(at::equal(max_pool(x), expected));
    const auto dy = at::randn_like(expected).contiguous(at::MemoryFormat::ChannelsLast);
    EXPECT_TRUE(at::equal(max_pool_backward(dy, x), torch::autograd::grad({expected}, {variable}, {dy})[0]));
  }
}

TEST(MaxPool, OrdersBfloat16OfBothSigns) {
  const auto x = picture(6, 12, 10).to(at::kBFloat16);
  EXPECT_TRUE(at::equal(max_pool(x).to(at::kFloat), at::max_pool2d(x.to(at::kFloat), 2, 2)));
  auto variable = x.to(at::kFloat).set_requires_grad(true);
  const auto dy = picture(6, 6, 5).to(at::kBFloat16);
  const auto expected = torch::autograd::grad({at::max_pool2d(variable, 2, 2)}, {variable}, {dy.to(at::kFloat)})[0];
  EXPECT_TRUE(at::equal(max_pool_backward(dy, x).to(at::kFloat), expected));
}

TEST(MaxPool, GivesTheGradientToTheFirstOfEqualValues) {
  const auto x = at::ones({1, 4, 2, 2}).contiguous(at::MemoryFormat::ChannelsLast);
  const auto dx = max_pool_backward(at::ones({1, 4, 1, 1}), x);
  EXPECT_EQ(dx.sum().item<double>(), 4);
  EXPECT_TRUE(at::equal(dx.select(2, 0).select(2, 0), at::ones({1, 4})));
}

TEST(AveragePool, BackwardEqualsAutograd) {
  auto x = picture(3, 9, 6).set_requires_grad(true);
  const auto y = average_pool(x);
  const auto dy = at::randn_like(y);
  EXPECT_TRUE(at::allclose(average_pool_backward(dy, x.detach()), torch::autograd::grad({y}, {x}, {dy})[0]));
}

TEST(Matmul, BlocksOfBfloat16SumInFloat32) {
  const auto a = at::rand({20000, 6}).to(at::kBFloat16), b = at::rand({20000, 4}).to(at::kBFloat16);
  const auto expected = at::mm(a.to(at::kDouble).t(), b.to(at::kDouble));
  const auto product = transposed_product(a, b);
  EXPECT_EQ(product.scalar_type(), at::kFloat);
  EXPECT_LT(((product - expected).norm() / expected.norm()).item<double>(), 1e-5);
}

TEST(Matmul, AddsInPlace) {
  const auto a = at::randn({30, 5}), m = at::randn({5, 7});
  auto out = at::ones({30, 7});
  add_product_(out, a, m);
  EXPECT_TRUE(at::allclose(out, 1 + at::mm(a, m), 1e-5, 1e-5));
}

}  // namespace
}  // namespace inkstone::kernels
