#include "nn/transposed_convolution.hpp"

#include <ATen/ATen.h>
#include <ATen/autocast_mode.h>
#include <gtest/gtest.h>
#include <torch/autograd.h>

#include "nn/mixed_precision.hpp"

namespace inkstone::nn {
namespace {

double relative_distance(const at::Tensor& a, const at::Tensor& b) {
  const auto x = a.detach().to(at::kDouble), y = b.detach().to(at::kDouble);
  return ((x - y).norm() / y.norm()).item<double>();
}

struct TransposedCase {
  std::vector<int64_t> x, weight;
  int64_t stride, padding;
};

class TransposedConvolutionOf : public testing::TestWithParam<TransposedCase> {};

TEST_P(TransposedConvolutionOf, EqualsPyTorchsWithGradients) {
  at::manual_seed(2);
  const auto& c = GetParam();
  const auto x = at::randn(c.x).requires_grad_(), w = at::randn(c.weight).requires_grad_(),
             b = at::randn({c.weight[1]}).requires_grad_();
  const auto x2 = x.detach().clone().requires_grad_(), w2 = w.detach().clone().requires_grad_(),
             b2 = b.detach().clone().requires_grad_();
  const auto y = transposed_convolution(x, w, b, c.stride, c.padding);
  const auto expected = at::conv_transpose2d(x2, w2, b2, c.stride, c.padding);
  ASSERT_EQ(y.sizes(), expected.sizes());
  EXPECT_LT(relative_distance(y, expected), 1e-5);
  const auto dy = at::randn(y.sizes());
  y.backward(dy);
  expected.backward(dy);
  EXPECT_LT(relative_distance(x.grad(), x2.grad()), 1e-5);
  EXPECT_LT(relative_distance(w.grad(), w2.grad()), 1e-5);
  EXPECT_LT(relative_distance(b.grad(), b2.grad()), 1e-5);
}

INSTANTIATE_TEST_SUITE_P(Shapes, TransposedConvolutionOf,
                         testing::Values(TransposedCase{{2, 5, 4, 4}, {5, 7, 4, 4}, 2, 1},
                                         TransposedCase{{3, 6, 1, 1}, {6, 4, 4, 6}, 1, 0},
                                         TransposedCase{{1, 3, 5, 7}, {3, 2, 3, 5}, 1, 1},
                                         TransposedCase{{2, 8, 3, 6}, {8, 1, 4, 4}, 2, 1},
                                         TransposedCase{{1, 1, 4, 4}, {1, 1, 2, 2}, 3, 0}));

TEST(TransposedConvolution, GradientOfGradientEqualsPyTorchs) {
  at::manual_seed(3);
  const auto second = [](auto&& operation, const at::Tensor& x, const at::Tensor& w) {
    const auto gradient = torch::autograd::grad({operation(x, w).square().sum()}, {x}, {}, true, true)[0];
    return torch::autograd::grad({gradient.square().sum()}, {x, w});
  };
  const auto x = at::randn({2, 3, 4, 5}).requires_grad_(), w = at::randn({3, 2, 4, 4}).requires_grad_();
  const auto ours = second([](auto& a, auto& b) { return transposed_convolution(a, b, {}, 2, 1); }, x, w);
  const auto theirs = second([](auto& a, auto& b) { return at::conv_transpose2d(a, b, {}, 2, 1); }, x, w);
  EXPECT_LT(relative_distance(ours[0], theirs[0]), 1e-4);
  EXPECT_LT(relative_distance(ours[1], theirs[1]), 1e-4);
}

TEST(TransposedConvolution, LeavesOutGradientsNobodyWants) {
  const auto x = at::randn({1, 2, 3, 3}).requires_grad_(), w = at::randn({2, 2, 4, 4});
  transposed_convolution(x, w, {}, 2, 1).sum().backward();
  EXPECT_TRUE(x.grad().defined());
  EXPECT_FALSE(w.grad().defined());
}

TEST(TransposedConvolution, RunsInBfloat16UnderAutocast) {
  at::manual_seed(4);
  const auto x = at::randn({2, 16, 4, 4}), w = at::randn({16, 8, 4, 4}).requires_grad_();
  const auto expected = at::conv_transpose2d(x, w, {}, 2, 1);
  at::autocast::set_cpu_enabled(true);
  const auto y = transposed_convolution(x, w, {}, 2, 1);
  at::autocast::clear_cache();
  at::autocast::set_cpu_enabled(false);
  EXPECT_EQ(y.scalar_type(), at::kBFloat16);
  EXPECT_LT(relative_distance(y, expected), 1e-2);
  y.sum().backward();
  EXPECT_EQ(w.grad().scalar_type(), at::kFloat);
}

}  // namespace
}  // namespace inkstone::nn
