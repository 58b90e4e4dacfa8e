// Projection into StyleGAN's styles: what a network painted is found again, by W where one style painted it and by W+ where
// several did.
#include "dream/projection.hpp"

#include <gtest/gtest.h>

#include <ATen/ATen.h>
#include <torch/nn.h>

#include "small_network.hpp"

namespace inkstone::dream {
namespace {

// Untrained, but with grain, and with styles that differ.
struct Projecting {
  explicit Projecting(stylegan::Architecture architecture = stylegan::Architecture::skip, int64_t channels = 3)
      : generator(config_of(architecture, channels)) {
    const at::NoGradGuard frozen;
    for (auto& p : generator.named_parameters())
      if (p.key().find("noise_strength") != std::string::npos) p.value().fill_(0.05);
    spread = stylegan::style_spread(generator, 1000, 123);
  }

  static stylegan::Config config_of(stylegan::Architecture architecture, int64_t channels) {
    at::manual_seed(4);
    stylegan::Config config;
    config.channels = channels, config.height = 16, config.width = 24;
    config.latent = 6, config.style = 8, config.mapping_layers = 2;
    config.channel_base = 128, config.channel_max = 16;
    config.generator = architecture;
    return config;
  }

  at::Tensor random_style(uint64_t seed) {
    const at::NoGradGuard frozen;
    at::manual_seed(seed);
    return generator.truncated(generator.map(torch::randn({1, 6}), {}), 1);
  }

  at::Tensor painted(const at::Tensor& ws) {
    const at::NoGradGuard frozen;
    return generator.synthesise(ws.expand({1, generator.config().styles(), -1}));
  }

  ProjectionResult find(const at::Tensor& target, ProjectionSettings settings) {
    Observer silent;
    return project(generator, target, distance, spread, settings, silent);
  }

  stylegan::Generator generator;
  stylegan::StyleSpread spread;
  PerceptualDistance distance = perceptual_distance(small_network(), {"relu1_2", "relu2_2", "relu3_2"});
};

TEST(Projection, FindsWhatTheNetworkPainted) {
  for (const auto architecture :
       {stylegan::Architecture::skip, stylegan::Architecture::residual, stylegan::Architecture::original}) {
    Projecting there(architecture);
    const auto target = there.painted(there.random_style(9));
    const auto found = there.find(target, {.steps = 120});
    EXPECT_EQ(found.steps, 120);
    EXPECT_FALSE(found.stopped);
    EXPECT_EQ(found.w.sizes(), (std::vector<int64_t>{1, 1, 8}));
    EXPECT_LT(found.distance, found.first_distance / 20);
    const auto first = (there.painted(there.spread.mean.to(at::kFloat).view({1, 1, -1})) - target).square().mean().item<double>();
    EXPECT_LT((there.painted(found.w) - target).square().mean().item<double>(), first / 10);
  }
}

TEST(Projection, EveryLayerOfItsOwnFindsMixedStyles) {
  Projecting there(stylegan::Architecture::skip, 1);
  const auto target = there.painted(stylegan::mixed(there.random_style(9), there.random_style(10), stylegan::Layers{0, 2}));
  const auto one = there.find(target, {.steps = 120}), each = there.find(target, {.steps = 120, .every_layer = true});
  EXPECT_EQ(each.w.sizes(), (std::vector<int64_t>{1, 6, 8}));
  EXPECT_LT(each.distance, one.distance / 2);
}

TEST(Projection, IsRepeatableAndLeavesTheNetworkAsItWas) {
  Projecting there;
  std::vector<at::Tensor> before;
  for (const auto& p : there.generator.parameters()) before.push_back(p.clone());
  for (const auto& b : there.generator.buffers()) before.push_back(b.clone());
  const auto target = there.painted(there.random_style(9));
  const auto once = there.find(target, {.steps = 6, .seed = 3}), again = there.find(target, {.steps = 6, .seed = 3}),
             other = there.find(target, {.steps = 6, .seed = 4});
  EXPECT_TRUE(once.w.equal(again.w));
  EXPECT_FALSE(once.w.equal(other.w));
  std::size_t k = 0;
  for (const auto& p : there.generator.parameters()) {
    EXPECT_TRUE(p.equal(before[k++]));
    EXPECT_TRUE(p.requires_grad() && !p.grad().defined());
  }
  for (const auto& b : there.generator.buffers()) EXPECT_TRUE(b.equal(before[k++]));
}

struct StopsAfter : Observer {
  explicit StopsAfter(int64_t steps) : steps(steps) {}
  void on_progress(const Progress& progress) override { seen = progress.step; }
  bool stop_requested() override { return seen >= steps; }
  int64_t steps, seen = 0;
};

TEST(Projection, StopsWithWhatThereIs) {
  Projecting there;
  StopsAfter observer(3);
  const auto found =
      project(there.generator, there.painted(there.random_style(9)), there.distance, there.spread, {.steps = 50}, observer);
  EXPECT_TRUE(found.stopped);
  EXPECT_EQ(found.steps, 3);
  EXPECT_FALSE(found.w.flatten().equal(there.spread.mean.to(at::kFloat)));
}

}  // namespace
}  // namespace inkstone::dream
