#include "models/perceptual/perceptual.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace inkstone {
namespace {

TEST(EmbeddedNetwork, HasTheStyleLayersOfVgg19InItsChannels) {
  const auto network = embedded_network();
  const std::vector<std::pair<std::string, int64_t>> layers = {{"relu1_1", 64},  {"relu2_1", 128}, {"relu3_1", 256},
                                                               {"relu4_1", 128}, {"relu4_2", 128}, {"relu5_1", 128}};
  std::vector<std::string> names;
  for (const auto& layer : layers) names.push_back(layer.first);
  at::manual_seed(1);
  const auto found = features(network, at::rand({1, 3, 64, 48}), names);
  for (std::size_t i = 0; i < layers.size(); ++i) {
    EXPECT_EQ(found[i].size(1), layers[i].second) << layers[i].first;
    EXPECT_TRUE(found[i].isfinite().all().item<bool>());
    EXPECT_GT(found[i].mean().item<double>(), 0.1) << layers[i].first;
  }
}

// What an optimisation step costs is what it is for: the convolutions of a 512 x 512 picture stay below 25 GFLOP.
TEST(EmbeddedNetwork, IsSmall) {
  double operations = 0, pixels = 512.0 * 512.0;
  int64_t parameters = 0;
  for (const auto& stage : embedded_network().stages) {
    if (stage.kind == FeatureStage::Kind::pool) pixels /= 4;
    if (stage.kind != FeatureStage::Kind::conv) continue;
    operations += 2 * pixels * static_cast<double>(stage.weight.numel());
    parameters += stage.weight.numel() + stage.bias.numel();
  }
  EXPECT_LT(operations, 25e9);
  EXPECT_LT(parameters * 2, 4'000'000);
}

}  // namespace
}  // namespace inkstone
