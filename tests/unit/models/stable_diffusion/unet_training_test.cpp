// The U-Net as training and explanations use it: gradients with blocks computed once more, and what it tells a listener.
#include <gtest/gtest.h>

#include "models/stable_diffusion/unet.hpp"
#include "nn/fill.hpp"
#include "nn/low_rank.hpp"
#include "tensor/noise.hpp"
#include "tiny_checkpoint.hpp"

namespace inkstone::sd {
namespace {

struct TinyUNet {
  UNetConfig config = tiny_unet(Version::sd1);
  UNet2DConditionModel unet{config};
  nn::LowRank change{nullptr};
  at::Tensor x = at::randn({2, 4, 8, 8}, generator_of(1)), time = at::tensor({300.0f, 700.0f});
  Conditioning told;

  TinyUNet() {
    at::manual_seed(3);
    for (auto& parameter : unet->parameters()) parameter.set_data(at::randn(parameter.sizes()) * 0.1);
    told.context = at::randn({2, 7, config.context_width}, generator_of(2));
  }
};

struct UNetGradients {
  at::Tensor value;
  std::vector<at::Tensor> all;
};

// By a low-rank change of one layer and by the prompt; or by every weight.
UNetGradients gradients_with(bool recompute, bool every_weight) {
  TinyUNet tiny;
  tiny.unet->recompute_blocks(recompute);
  auto context = tiny.told.context.clone().requires_grad_();
  tiny.told.context = context;
  std::vector<at::Tensor> leaves = {context};
  for (const auto& module : tiny.unet->modules()) {
    auto* attention = module->as<CrossAttentionImpl>();
    if (attention == nullptr || tiny.change) continue;
    tiny.change = nn::LowRank(attention->to_q->weight.size(1), attention->to_q->weight.size(0), 2, 2.0);
    for (auto& parameter : tiny.change->parameters()) parameter.data().copy_(at::randn(parameter.sizes(), generator_of(4)));
    attention->to_q->low_rank = tiny.change;
    for (const auto& parameter : tiny.change->parameters()) leaves.push_back(parameter);
  }
  if (every_weight)
    for (auto& parameter : tiny.unet->parameters()) leaves.push_back(parameter.requires_grad_());
  const auto y = tiny.unet(tiny.x, tiny.time, tiny.told);
  y.square().sum().backward();
  UNetGradients found{y.detach(), {}};
  for (const auto& leaf : leaves) found.all.push_back(leaf.grad());
  return found;
}

void expect_alike(bool every_weight) {
  const auto plain = gradients_with(false, every_weight), again = gradients_with(true, every_weight);
  EXPECT_TRUE(at::equal(plain.value, again.value));
  ASSERT_EQ(plain.all.size(), again.all.size());
  std::size_t asked = 0;
  for (std::size_t k = 0; k < plain.all.size(); ++k) {
    ASSERT_TRUE(plain.all[k].defined() && again.all[k].defined()) << k;
    const double size = plain.all[k].abs().max().item<double>();
    asked += size > 0;
    EXPECT_LE((plain.all[k] - again.all[k]).abs().max().item<double>(), 3e-6 * size)
        << k;  // sums of two gradients in another order
  }
  EXPECT_GT(asked, plain.all.size() * 9 / 10);  // queries and keys of a single place have none
}

TEST(UNetTraining, RecomputedBlocksGiveTheGradientsOfAdaptersAndPrompts) {
  expect_alike(false);
}

TEST(UNetTraining, RecomputedBlocksGiveTheGradientsOfAllWeights) {
  expect_alike(true);
}

TEST(UNetTraining, TellsAListenerAndPaintsTheSame) {
  struct Counter : nn::AttentionListener {
    void begin(int64_t height, int64_t width, double time) override {
      ++begun;
      EXPECT_EQ(height * width * 1000 + time, 64300);
    }
    void hear(const at::Tensor& weights) override {
      EXPECT_EQ(weights.size(0), 2);
      EXPECT_EQ(weights.size(3), 7);
      EXPECT_LT((weights.sum(-1) - 1).abs().max().item<double>(), 1e-5);
      places.push_back(weights.size(2));
    }
    int begun = 0;
    std::vector<int64_t> places;
  } counter;
  const at::NoGradGuard frozen;
  TinyUNet tiny;
  const auto alone = tiny.unet(tiny.x, tiny.time, tiny.told);
  {
    const Heard heard(tiny.unet, &counter);
    EXPECT_TRUE(at::equal(tiny.unet(tiny.x, tiny.time, tiny.told), alone));
  }
  EXPECT_EQ(counter.begun, 1);
  // one block a level on the way down, two on the way up, one in the middle; the last level does not attend
  EXPECT_EQ(counter.places, (std::vector<int64_t>{64, 16, 4, 1, 4, 4, 16, 16, 64, 64}));
  tiny.unet(tiny.x, tiny.time, tiny.told);
  EXPECT_EQ(counter.begun, 1);
}

}  // namespace
}  // namespace inkstone::sd
