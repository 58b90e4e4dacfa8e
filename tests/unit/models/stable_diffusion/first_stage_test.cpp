#include "models/stable_diffusion/first_stage.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "inkstone/error.hpp"
#include "nn/fill.hpp"
#include "nn/thaw.hpp"

namespace inkstone::sd {
namespace {

FirstStageConfig small_first_stage(int64_t codes) {
  FirstStageConfig config;
  config.layers.channels = {8, 16};
  config.layers.blocks = 1;
  config.layers.groups = 4;
  config.codes = codes;
  return config;
}

FirstStage thawed(const FirstStageConfig& config) {
  at::manual_seed(5);
  FirstStage network(config);
  nn::thaw(*network);
  return network;
}

// Entries (0,0) and (1,2); z = (0.9,1.5) is next to the second: e - z = (0.1,0.5).
TEST(VectorQuantiser, PassesTheGradientStraightThrough) {
  VectorQuantiser quantiser(2, 2);
  {
    const at::NoGradGuard constant;
    quantiser->embedding->weight.copy_(at::tensor({0.0f, 0.0f, 1.0f, 2.0f}).view({2, 2}));
  }
  const auto z = at::tensor({0.9f, 1.5f}).view({1, 2, 1, 1}).requires_grad_();
  const auto q = quantiser(z);
  EXPECT_EQ(q.entries.item<int64_t>(), 1);
  EXPECT_TRUE(at::allclose(q.latents.flatten(), at::tensor({1.0f, 2.0f})));
  EXPECT_NEAR(q.codebook_loss.item<double>(), (0.01 + 0.25) / 2, 1e-6);
  EXPECT_NEAR(q.commitment_loss.item<double>(), (0.01 + 0.25) / 2, 1e-6);
  (q.latents * at::tensor({3.0f, -1.0f}).view({1, 2, 1, 1})).sum().backward();
  EXPECT_TRUE(at::allclose(z.grad().flatten(), at::tensor({3.0f, -1.0f})));  // as if nothing had been rounded
  EXPECT_FALSE(quantiser->embedding->weight.grad().defined());
  z.mutable_grad().zero_();
  const auto again = quantiser(z);
  (again.codebook_loss + 0.25 * again.commitment_loss).backward();
  EXPECT_TRUE(at::allclose(z.grad().flatten(), 0.25 * at::tensor({-0.1f, -0.5f}), 1e-4, 1e-6));  // 2 (z - e) / 2
  EXPECT_TRUE(at::allclose(quantiser->embedding->weight.grad(), at::tensor({0.0f, 0.0f, 0.1f, 0.5f}).view({2, 2}), 1e-4, 1e-6));
}

// With the same weights it is the autoencoder that published models are run by, whose parity with diffusers is tested.
TEST(FirstStage, IsTheAutoencoderThatRuns) {
  auto trains = thawed(small_first_stage(0));
  StateDict weights;
  for (const auto& item : trains->named_parameters()) weights.tensors[item.key()] = item.value().detach();
  AutoencoderKL runs(small_first_stage(0).layers);
  nn::fill(*runs, weights, {});
  const auto x = at::rand({2, 3, 16, 16}) * 2 - 1;
  const auto ours = trains->encode(x), theirs = runs->encode(x);
  EXPECT_EQ(ours.mean.sizes().vec(), (std::vector<int64_t>{2, 4, 8, 8}));
  EXPECT_LT((ours.mean - theirs.mean).abs().max().item<double>(), 1e-4);
  EXPECT_LT((ours.logvar - theirs.logvar).abs().max().item<double>(), 1e-4);
  EXPECT_LT((trains->decode(ours.mean) - runs->decode(ours.mean)).abs().max().item<double>(), 1e-4);
}

TEST(FirstStage, EveryWeightGetsAGradient) {
  for (const int64_t codes : {0, 16}) {
    auto network = thawed(small_first_stage(codes));
    const auto said = network->encode(at::rand({2, 3, 16, 16}) * 2 - 1);
    auto loss = at::zeros({});
    auto z = said.mean;
    if (codes > 0) {
      const auto q = network->quantised(z);
      z = q.latents;
      loss = q.codebook_loss + q.commitment_loss;
    } else {
      z = z + said.logvar.exp();
    }
    (loss + network->decode(z).square().mean()).backward();
    for (const auto& item : network->named_parameters()) {
      ASSERT_TRUE(item.value().grad().defined()) << item.key();
      if (!item.key().ends_with("to_k.bias")) {
        EXPECT_GT(item.value().grad().abs().max().item<double>(), 0) << item.key();
      }
    }
    EXPECT_EQ(network->last_layer().size(0), 3);
  }
}

TEST(FirstStage, ConfigsGoThroughJson) {
  for (const int64_t codes : {0, 16}) {
    auto config = small_first_stage(codes);
    config.layers.scaling_factor = 0.5;
    const auto json = to_json(config);
    EXPECT_EQ(json.at("_class_name"), codes > 0 ? "VQModel" : "AutoencoderKL");
    const auto again = first_stage_config_of(json, "test");
    EXPECT_EQ(again.codes, codes);
    EXPECT_EQ(again.layers.channels, config.layers.channels);
    EXPECT_EQ(again.layers.scaling_factor, 0.5);
  }
  EXPECT_THROW(first_stage_config_of({{"_class_name", "VQModel"}, {"vq_embed_dim", 7}, {"latent_channels", 4}}, "test"), Error);
}

}  // namespace
}  // namespace inkstone::sd
