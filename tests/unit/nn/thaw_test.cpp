#include "nn/thaw.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "nn/frozen.hpp"

namespace inkstone::nn {
namespace {

TEST(Thaw, StartsLayersAsPyTorchDoes) {
  at::manual_seed(3);
  torch::nn::Sequential network(FrozenConv2d(16, 32), FrozenGroupNorm(4, 32));
  thaw(*network);
  for (const auto& item : network->named_parameters()) EXPECT_TRUE(item.value().requires_grad()) << item.key();
  const auto kernel = network->named_parameters()["0.weight"].detach();
  const double bound = 1 / std::sqrt(16 * 9.0);
  EXPECT_LE(kernel.abs().max().item<double>(), bound);
  EXPECT_NEAR(kernel.std().item<double>(), bound / std::sqrt(3.0), 0.02 * bound);
  EXPECT_EQ(network->named_parameters()["1.weight"].sum().item<double>(), 32);
  EXPECT_EQ(network->named_parameters()["1.bias"].abs().sum().item<double>(), 0);
}

// The layers of a network that only runs learn: a gradient reaches every weight.
TEST(Thaw, LetsGradientsIn) {
  at::manual_seed(3);
  FrozenConv2d first(3, 8), last(8, 3);
  FrozenGroupNorm norm(2, 8);
  torch::nn::ModuleList network(first, norm, last);
  thaw(*network);
  last(norm(first(at::randn({2, 3, 6, 6})))).square().mean().backward();
  for (const auto& item : network->named_parameters()) EXPECT_GT(item.value().grad().abs().max().item<double>(), 0) << item.key();
}

}  // namespace
}  // namespace inkstone::nn
