#include "models/anime_gan/anime_gan.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "inkstone/error.hpp"
#include "models/anime_gan/discriminator.hpp"
#include "models/cartoon_gan/cartoon_gan.hpp"

namespace inkstone {
namespace {

int64_t parameters_in(const torch::nn::Module& module) {
  int64_t count = 0;
  for (const auto& parameter : module.parameters()) count += parameter.numel();
  return count;
}

StateDict weights_of(const torch::nn::Module& module, const std::string& prefix = "") {
  StateDict weights;
  for (const auto& item : module.named_parameters()) weights.tensors[prefix + item.key()] = item.value().detach();
  return weights;
}

TEST(AnimeGan, HasTheWeightsOfThePublishedOne) {
  const AnimeGan network{AnimeGanConfig{}};
  EXPECT_EQ(parameters_in(*network), 2143552);  // in float32 the 8.6 MB that its authors speak of
  for (const char* name :
       {"block_a.0.1.weight", "block_c.1.layers.1.1.bias", "block_c.4.layers.3.weight", "block_e.2.2.bias", "out_layer.0.weight"})
    EXPECT_TRUE(network->named_parameters().contains(name)) << name;
}

TEST(AnimeGan, PaintsTheSameWithAndWithoutGradients) {
  torch::manual_seed(4);
  AnimeGan network(AnimeGanConfig{.width = 4});
  const auto picture = at::rand({2, 3, 20, 24});
  const auto with = network->forward(picture);
  EXPECT_EQ(with.sizes().vec(), picture.sizes().vec());
  const at::NoGradGuard frozen;
  EXPECT_LT((network->forward(picture) - with).abs().max().item<double>(), 1e-5);
  EXPECT_TRUE(network->forward(at::zeros({1, 3, 16, 16})).isfinite().all().item<bool>());  // black: norms of nothing but weights
}

TEST(AnimeGan, EveryParameterLearns) {
  torch::manual_seed(4);
  AnimeGan network(AnimeGanConfig{.width = 4});
  network->forward(at::rand({1, 3, 16, 16})).square().mean().backward();
  for (const auto& item : network->named_parameters()) {
    ASSERT_TRUE(item.value().grad().defined()) << item.key();
    EXPECT_GT(item.value().grad().abs().sum().item<double>(), 0) << item.key();
  }
}

TEST(AnimeGan, OpensThePortAndWhatIsTrainedHere) {
  torch::manual_seed(4);
  AnimeGan network(AnimeGanConfig{.width = 4});
  const at::NoGradGuard frozen;
  const auto picture = at::rand({1, 3, 16, 20}), painted = network->forward(picture);
  auto trained = weights_of(*network, "generator.");
  EXPECT_FALSE(is_anime_gan(trained));
  trained.metadata["inkstone.family"] = "cartoon";
  ASSERT_TRUE(is_anime_gan(trained));
  EXPECT_LT((make_anime_gan(trained)->forward(picture) - painted).abs().max().item<double>(), 1e-6);
  const auto port = weights_of(*network);
  ASSERT_TRUE(is_anime_gan(port));
  EXPECT_EQ(make_anime_gan(port)->config().enlargement, AnimeGanConfig::Enlargement::corners);
  auto broken = port;
  broken.tensors.erase("block_c.2.layers.1.1.bias");
  EXPECT_THROW(make_anime_gan(broken), Error);
  EXPECT_THROW(make_anime_gan({}), Error);
}

TEST(CartoonGan, OpensWhatIsTrainedHere) {
  torch::manual_seed(4);
  CartoonGan network(CartoonGanConfig{4, 2});
  const at::NoGradGuard frozen;
  const auto picture = at::rand({1, 3, 16, 20}), painted = network->forward(picture);
  auto trained = weights_of(*network, "generator.");
  trained.metadata["inkstone.family"] = "cartoon";
  ASSERT_TRUE(is_cartoon_gan(trained));
  EXPECT_FALSE(is_anime_gan(trained));
  EXPECT_LT((make_cartoon_gan(trained)->forward(picture) - painted).abs().max().item<double>(), 1e-6);
}

TEST(CartoonDiscriminator, JudgesPatches) {
  CartoonDiscriminator judge{CartoonDiscriminatorConfig{}};
  EXPECT_EQ(judge->forward(at::rand({2, 3, 32, 48})).sizes().vec(), (std::vector<int64_t>{2, 1, 8, 12}));
  EXPECT_TRUE(judge->named_buffers().contains("conv_s1_2.weight_u"));
  const auto parameters = judge->named_parameters();
  EXPECT_EQ(parameters["conv_s1_2.weight_orig"].sizes().vec(), (std::vector<int64_t>{256, 128, 3, 3}));
  EXPECT_EQ(parameters["D_logit.weight_orig"].sizes().vec(), (std::vector<int64_t>{1, 256, 3, 3}));
  CartoonDiscriminator plain{CartoonDiscriminatorConfig{16, 3, false, "instance"}};
  EXPECT_EQ(plain->forward(at::rand({1, 3, 32, 32})).sizes().vec(), (std::vector<int64_t>{1, 1, 4, 4}));
  EXPECT_EQ(plain->named_buffers().size(), 0u);
}

}  // namespace
}  // namespace inkstone
