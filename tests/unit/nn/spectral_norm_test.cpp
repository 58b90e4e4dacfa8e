#include "nn/spectral_norm.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "nn/convolution.hpp"

namespace inkstone::nn {
namespace {

TEST(SpectralNorm, FindsTheLargestSingularValue) {
  at::manual_seed(5);
  const auto weight = at::randn({6, 4, 3, 3});
  auto u = at::randn({6}), v = at::randn({36});
  at::Tensor sigma;
  for (int k = 0; k < 60; ++k) sigma = spectral_norm(weight, u, v, true);
  const auto exact = at::linalg_svdvals(weight.flatten(1)).max();
  EXPECT_NEAR(sigma.item<double>(), exact.item<double>(), 1e-3);
}

TEST(SpectralNorm, IteratesWhileTrainingAlone) {
  Convolution layer(ConvolutionOptions{3, 8, {4, 4}, 2, 1, false, true});
  const auto u = layer->named_buffers()["weight_u"];
  const auto x = at::randn({1, 3, 8, 8});
  layer->eval();
  auto before = u.clone();
  layer->forward(x);
  EXPECT_TRUE(at::equal(u, before));
  layer->train();
  layer->forward(x);
  EXPECT_FALSE(at::equal(u, before));
}

// Two passes before the gradient is asked for, as a discriminator makes them.
TEST(SpectralNorm, GradientOutlivesTheNextPass) {
  Linear layer(5, 4, true, true);
  const auto loss = layer->forward(at::randn({2, 5})).sum() + layer->forward(at::randn({2, 5})).sum();
  EXPECT_NO_THROW(loss.backward());
  EXPECT_TRUE(layer->weight.parameter().grad().defined());
}

}  // namespace
}  // namespace inkstone::nn
