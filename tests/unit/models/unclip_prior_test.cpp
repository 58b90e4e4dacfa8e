#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "models/unclip/prior.hpp"

namespace inkstone::unclip {
namespace {

PriorTransformer begun(int seed) {
  at::manual_seed(seed);
  PriorTransformer network(PriorConfig{.heads = 2, .head_width = 8, .layers = 2, .embedding = 12, .words = 5});
  network->begin();
  return network;
}

// The network that only runs is held to diffusers (golden_unclip); while it learns it must say the same.
TEST(PriorTransformer, SaysTheSameWhileItLearns) {
  auto network = begun(0);
  const auto x = at::randn({3, 12}), direction = at::randn({3, 12}), hidden = at::randn({3, 5, 12});
  const auto time = at::tensor({999.0f, 500.0f, 0.0f});
  const auto learning = network->forward(x, time, direction, hidden);
  ASSERT_TRUE(learning.requires_grad());
  const at::NoGradGuard inference;
  const auto running = network->forward(x, time, direction, hidden);
  EXPECT_LT((learning - running).norm().item<double>(), 1e-5 * running.norm().item<double>());
}

TEST(PriorTransformer, EveryWeightGetsAGradient) {
  auto network = begun(1);
  network->forward(at::randn({3, 12}), at::tensor({1.0f, 2.0f, 3.0f}), at::randn({3, 12}), at::randn({3, 5, 12}))
      .square()
      .sum()
      .backward();
  int learning = 0;
  for (const auto& item : network->named_parameters()) {
    if (item.key().starts_with("clip_")) continue;  // measured, not learnt
    EXPECT_GT(item.value().grad().abs().max().item<double>(), 0) << item.key();
    ++learning;
  }
  EXPECT_EQ(learning, 2 * 16 + 16);
}

TEST(PriorTransformer, ScalesToWhatItHasMeasured) {
  auto network = begun(2);
  const auto z = at::randn({50, 12}) * 3 + 7;
  network->measure(z);
  const auto scaled = network->scaled(z);
  EXPECT_LT(scaled.mean({0}).abs().max().item<double>(), 1e-5);
  EXPECT_LT((scaled.std({0}) - 1).abs().max().item<double>(), 1e-5);
  EXPECT_TRUE(at::allclose(network->unscaled(scaled), z, 1e-4, 1e-4));
}

}  // namespace
}  // namespace inkstone::unclip
