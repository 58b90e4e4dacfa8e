#include "nn/norm_rectifier.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/autograd.h>

#include "inkstone/error.hpp"

namespace inkstone::nn {
namespace {

double distance(const at::Tensor& a, const at::Tensor& b) {
  const auto x = a.detach().to(at::kDouble), y = b.detach().to(at::kDouble);
  return ((x - y).norm() / y.norm().clamp_min(1e-30)).item<double>();
}

TEST(NormRectifier, RunningStatisticsAreBatchNorm2ds) {
  NormRectifier ours(Norm::batch, 6, 1);
  torch::nn::BatchNorm2d theirs(6);
  for (int k = 0; k < 3; ++k) {
    const auto x = at::randn({4, 6, 5, 3}) * 3 + k;
    EXPECT_LT(distance(ours->forward(x), theirs->forward(x)), 1e-5);
  }
  EXPECT_LT(distance(ours->running_mean, theirs->running_mean), 1e-5);
  EXPECT_LT(distance(ours->running_var, theirs->running_var), 1e-5);
  EXPECT_EQ(ours->num_batches_tracked.item<int64_t>(), 3);
  ours->eval();
  theirs->eval();
  const auto x = at::randn({2, 6, 4, 4});
  EXPECT_LT(distance(ours->forward(x), theirs->forward(x)), 1e-5);
  const at::NoGradGuard frozen;
  EXPECT_LT(distance(ours->forward(x), theirs->forward(x)), 1e-5);
}

// The penalty of a critic differentiates a gradient: batch norm must allow it.
TEST(NormRectifier, GradientOfGradientEqualsPyTorchs) {
  const auto second = [](auto&& layer, const at::Tensor& x, const at::Tensor& w) {
    const auto gradient = torch::autograd::grad({layer(x).pow(3).sum()}, {x}, {}, true, true)[0];
    return torch::autograd::grad({gradient.square().sum()}, {x, w});
  };
  NormRectifier ours(Norm::batch, 4, 0.2);
  torch::nn::BatchNorm2d theirs(4);
  const auto x = at::randn({3, 4, 2, 2}).requires_grad_();
  const auto a = second([&](auto& v) { return ours->forward(v); }, x, ours->weight);
  const auto b = second([&](auto& v) { return at::leaky_relu(theirs->forward(v), 0.2); }, x, theirs->weight);
  EXPECT_LT(distance(a[0], b[0]), 1e-3);
  EXPECT_LT(distance(a[1], b[1]), 1e-3);
}

TEST(NormRectifier, LayerNormKeepsTheDtypeOfItsInput) {
  NormRectifier layer(Norm::layer, 8, 0.2);
  const auto x = at::randn({2, 8, 3, 3});
  const auto exact = at::leaky_relu(at::group_norm(x, 1), 0.2);
  const auto half = layer->forward(x.to(at::kBFloat16));
  EXPECT_EQ(half.scalar_type(), at::kBFloat16);
  EXPECT_LT(distance(half, exact), 2e-2);
  EXPECT_LT(distance(layer->forward(x), exact), 1e-5);
}

TEST(NormRectifier, RefusesABatchOfOneValue) {
  NormRectifier layer(Norm::batch, 4, 0);
  EXPECT_THROW(layer->forward(at::randn({1, 4})), Error);
  layer->eval();
  EXPECT_NO_THROW(layer->forward(at::randn({1, 4})));
}

}  // namespace
}  // namespace inkstone::nn
