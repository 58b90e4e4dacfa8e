#include "models/unclip/prior_network.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "models/unclip/prior.hpp"
#include "nn/fill.hpp"

namespace inkstone::unclip {
namespace {

const PriorConfig kSmall{.heads = 2, .head_width = 8, .layers = 2, .embedding = 12, .words = 5};

StateDict tensors_of(const PriorNetwork& network) {
  StateDict state;
  for (const auto& item : network->named_parameters()) state.tensors[item.key()] = item.value().detach();
  for (const auto& item : network->named_buffers()) state.tensors[item.key()] = item.value();
  return state;
}

// The network that paints is held to diffusers (golden_unclip); the one that trains is held to it, so its weights serve there
// too.
TEST(PriorNetwork, SaysWhatThePublishedNetworkSays) {
  at::manual_seed(0);
  PriorNetwork network(kSmall);
  network->measure(at::randn({20, 12}));
  PriorTransformer published(kSmall);
  nn::fill(*published, tensors_of(network), {at::kFloat, "the trained network"});
  const at::NoGradGuard inference;
  const auto x = at::randn({3, 12}), direction = at::randn({3, 12}), hidden = at::randn({3, 5, 12});
  const auto time = at::tensor({999.0f, 500.0f, 0.0f});
  const auto expected = published->forward(x, time, direction, hidden);
  EXPECT_LT((network->forward(x, time, direction, hidden) - expected).norm().item<double>(),
            1e-5 * expected.norm().item<double>());
  EXPECT_TRUE(at::allclose(network->unscaled(x), published->unscaled(x), 1e-6, 1e-6));
  EXPECT_TRUE(at::allclose(network->scaled(network->unscaled(x)), x, 1e-4, 1e-5));
}

TEST(PriorNetwork, EveryWeightGetsAGradient) {
  at::manual_seed(1);
  PriorNetwork network(kSmall);
  network->forward(at::randn({3, 12}), at::tensor({1.0f, 2.0f, 3.0f}), at::randn({3, 12}), at::randn({3, 5, 12}))
      .square()
      .sum()
      .backward();
  for (const auto& item : network->named_parameters()) EXPECT_GT(item.value().grad().abs().max().item<double>(), 0) << item.key();
}

}  // namespace
}  // namespace inkstone::unclip
