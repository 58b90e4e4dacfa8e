// StyleGAN beside the goldens: sizes that are not square, one convolution in two ways, mixing, and what does not train.
#include <gtest/gtest.h>
#include <torch/autograd.h>
#include <torch/nn.h>

#include "inkstone/error.hpp"
#include "models/stylegan/discriminator.hpp"
#include "models/stylegan/generator.hpp"

namespace inkstone::stylegan {
namespace {

Config small(int64_t height, int64_t width) {
  Config config;
  config.height = height, config.width = width;
  config.latent = 6, config.style = 8, config.mapping_layers = 2;
  config.channel_base = 64, config.channel_max = 8;
  return config;
}

TEST(StyleGanNetworks, AnySmallBaseDoubles) {
  const at::NoGradGuard frozen;
  for (const auto& [height, width] : std::vector<std::pair<int64_t, int64_t>>{{16, 16}, {24, 40}, {28, 36}, {8, 12}}) {
    const auto config = small(height, width);
    Generator generator(config);
    Discriminator discriminator(config);
    const auto x = generator.synthesise(generator.truncated(generator.map(torch::randn({3, 6}), {}), 1));
    EXPECT_EQ(x.sizes(), (std::vector<int64_t>{3, 3, height, width}));
    EXPECT_EQ(discriminator.forward(x, {}).sizes(), (std::vector<int64_t>{3}));
  }
}

TEST(StyleGanNetworks, SizesThatDoNotDoubleAreRefused) {
  for (const auto& [height, width] : std::vector<std::pair<int64_t, int64_t>>{{7, 7}, {64, 50}, {4, 4}, {16, 160}, {4096, 4096}})
    EXPECT_THROW(small(height, width).levels(), Error) << height << "x" << width;
}

TEST(StyleGanNetworks, FusedConvolutionIsTheSame) {
  at::manual_seed(1);
  const auto x = torch::randn({3, 4, 6, 8}, torch::requires_grad()), weight = torch::randn({5, 4, 3, 3}, torch::requires_grad());
  const auto styles = torch::rand({3, 4}, torch::requires_grad());
  for (const bool up : {false, true})
    for (const bool demodulate : {false, true}) {
      Modulation how{up, demodulate, false, 1.3, nn::normalised({1, 3, 3, 1})};
      const auto apart = modulated_convolution(x, weight, styles, how);
      how.fused = true;
      const auto fused = modulated_convolution(x, weight, styles, how);
      EXPECT_LT((apart - fused).abs().max().item<double>(), 1e-4 * apart.abs().max().item<double>());
      const auto toward = torch::randn_like(apart);
      const auto a = torch::autograd::grad({(apart * toward).sum()}, {x, weight, styles});
      const auto b = torch::autograd::grad({(fused * toward).sum()}, {x, weight, styles});
      for (int k = 0; k < 3; ++k) EXPECT_LT((a[k] - b[k]).abs().max().item<double>(), 1e-4 * a[k].abs().max().item<double>());
    }
}

TEST(StyleGanNetworks, DemodulatedFeaturesDoNotFeelTheScaleOfTheStyle) {
  const auto x = torch::randn({2, 4, 6, 6}), weight = torch::randn({5, 4, 3, 3}), styles = torch::rand({2, 4}) + 0.5;
  const auto once = modulated_convolution(x, weight, styles, {}), tenfold = modulated_convolution(x, weight, 10 * styles, {});
  EXPECT_LT((once - tenfold).abs().max().item<double>(), 1e-4);
}

TEST(StyleGanNetworks, TruncationAndMixing) {
  const at::NoGradGuard frozen;
  Generator generator(small(16, 16));
  for (int k = 0; k < 200; ++k) generator.mapping->track(generator.map(torch::randn({64, 6}), {}));
  const auto w = generator.map(torch::randn({2, 6}), {});
  const auto average = generator.truncated(w, 0);
  EXPECT_LT((average[0] - average[1]).abs().max().item<double>(), 1e-6);
  EXPECT_LT((average[0][0] - generator.mapping->w_avg).abs().max().item<double>(), 1e-6);
  const auto partly = generator.truncated(w, 0.5, 2);
  EXPECT_TRUE(partly[0][2].equal(w[0]));
  EXPECT_FALSE(partly[0][1].equal(w[0]));
  const auto ws = generator.truncated(w, 1);
  const auto crossed = mixed(ws, ws.flip(0), at::tensor({0, 4}, at::kLong));
  EXPECT_TRUE(crossed[0].equal(ws[1]));
  EXPECT_TRUE(crossed[1].narrow(0, 0, 4).equal(ws[1].narrow(0, 0, 4)));
  EXPECT_TRUE(crossed[1].narrow(0, 4, 2).equal(ws[0].narrow(0, 4, 2)));
}

TEST(StyleGanNetworks, DeviationIsThatOfTheGroup) {
  const auto same = torch::randn({1, 4, 3, 3}).expand({6, 4, 3, 3}).contiguous();
  EXPECT_LT(with_deviation(same, 4, 1).select(1, 4).abs().max().item<double>(), 1e-3);  // six pictures: groups of three
  const auto two = at::cat({torch::zeros({1, 4, 3, 3}), torch::full({1, 4, 3, 3}, 2.0)});
  EXPECT_NEAR(with_deviation(two, 4, 1)[1][4][2][1].item<double>(), 1, 1e-4);
  EXPECT_EQ(with_deviation(two, 4, 0).size(1), 4);
}

TEST(StyleGanNetworks, FrozenLayersKeepTheirNames) {
  auto config = small(16, 16);
  Discriminator free(config);
  config.frozen_layers = 3;
  Discriminator frozen(config);
  std::vector<std::string> names;
  for (const auto& b : frozen.named_buffers()) names.push_back(b.key());
  EXPECT_EQ(names, (std::vector<std::string>{"b16.fromrgb.weight", "b16.fromrgb.bias", "b16.conv0.weight", "b16.conv0.bias",
                                             "b16.conv1.weight", "b16.conv1.bias"}));
  EXPECT_EQ(frozen.named_parameters().size() + names.size(), free.named_parameters().size());
}

}  // namespace
}  // namespace inkstone::stylegan
