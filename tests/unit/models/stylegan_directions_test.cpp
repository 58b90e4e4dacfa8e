// Directions of StyleGAN's styles against what was worked out by hand, and the weights and samples that they come from.
#include "models/stylegan/directions.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include <ATen/ATen.h>
#include <torch/nn.h>

#include "tensor/noise.hpp"

namespace inkstone::stylegan {
namespace {

Config tiny_config(Architecture architecture = Architecture::skip) {
  Config config;
  config.height = 16, config.width = 24;
  config.latent = 6, config.style = 8, config.mapping_layers = 2;
  config.channel_base = 64, config.channel_max = 8;
  config.generator = architecture;
  return config;
}

double furthest(const at::Tensor& a, const at::Tensor& b) {
  return (a.to(at::kDouble) - b.to(at::kDouble)).abs().max().item<double>();
}

TEST(StyleDirections, PrincipalOnesAreTheAxesOfTheCovariance) {
  const double c = std::cos(0.4), s = std::sin(0.4);  // turned about the third axis
  const auto turn = at::tensor({c, -s, 0.0, s, c, 0.0, 0.0, 0.0, 1.0}, at::kDouble).view({3, 3});
  const auto covariance = at::matmul(at::matmul(turn, at::diag(at::tensor({4.0, 0.25, 9.0}, at::kDouble))), turn.t());
  const auto found = principal_directions(covariance);
  EXPECT_LT(furthest(found.deviations, at::tensor({3.0, 2.0, 0.5})), 1e-6);
  const auto expected = at::tensor({0.0, 0.0, 1.0, c, s, 0.0, -s, c, 0.0}, at::kDouble).view({3, 3});
  EXPECT_LT(furthest(found.axes, expected), 1e-6);
}

// A = [[1, 0], [3, 4]] with rows of length 1: A^T A = [[1.36, 0.48], [0.48, 0.64]], whose eigenvalues are 1.6 and 0.4, with (2,
// 1) and (-1, 2).
TEST(StyleDirections, FactorisedOnesAreEigenvectorsOfTheWeights) {
  const auto weights = at::tensor({1.0, 0.0, 3.0, 4.0}).view({2, 2}).to(at::kFloat);
  const auto found = factorised_directions(weights, at::diag(at::tensor({4.0, 1.0}, at::kDouble)));
  const double root = std::sqrt(5.0);
  EXPECT_LT(furthest(found.axes, at::tensor({2 / root, 1 / root, -1 / root, 2 / root}, at::kDouble).view({2, 2})), 1e-6);
  EXPECT_LT(furthest(found.deviations, at::tensor({std::sqrt(17.0 / 5), std::sqrt(8.0 / 5)}, at::kDouble)), 1e-6);
}

TEST(StyleDirections, WeightsAreThoseOfTheLayersInTheirOrder) {
  for (const auto architecture : {Architecture::skip, Architecture::residual, Architecture::original}) {
    Generator generator(tiny_config(architecture));
    const auto named = generator.named_parameters();
    const auto weight = [&](const char* layer) { return named[std::string("synthesis.") + layer + ".affine.weight"]; };
    EXPECT_TRUE(style_weights(generator, {0, 0}).equal(weight("b4.conv1")));
    EXPECT_TRUE(style_weights(generator, {1, 2}).equal(at::cat({weight("b8.conv0"), weight("b8.conv1")})));
    EXPECT_EQ(generator.config().styles(), 6);
    EXPECT_TRUE(style_weights(generator, {4, 5}).equal(at::cat({weight("b16.conv1"), weight("b16.torgb")})));
  }
}

TEST(StyleDirections, SpreadIsThatOfRandomStyles) {
  Generator generator(tiny_config());
  const auto spread = style_spread(generator, 2500, 7);
  auto random = generator_of(7);
  std::vector<at::Tensor> z;
  for (const int64_t count : {1000, 1000, 500}) z.push_back(at::randn({count, 6}, random));
  const at::NoGradGuard frozen;
  const auto w = generator.map(at::cat(z), {}).to(at::kDouble), away = w - w.mean(0);
  EXPECT_LT(furthest(spread.mean, w.mean(0)), 1e-5);
  EXPECT_LT(furthest(spread.covariance, at::matmul(away.t(), away) / 2500), 1e-5);
  EXPECT_NEAR(deviation_of(spread), std::sqrt(away.square().sum(1).mean().item<double>()), 1e-5);
}

TEST(StyleDirections, SpreadLeavesOutWhatTellsClassesApart) {
  auto config = tiny_config();
  config.classes = 3;
  Generator generator(config);
  const auto all = style_spread(generator, 3000, 7), one = style_spread(generator, 3000, 7, 1);
  const at::NoGradGuard frozen;
  auto random = generator_of(7);
  std::vector<at::Tensor> apart;
  for (int part = 0; part < 3; ++part) {
    const auto labels = at::arange(1000 * part, 1000 * (part + 1), at::kLong).remainder(3);
    const auto w = generator.map(at::randn({1000, 6}, random), labels).to(at::kDouble);
    apart.push_back(at::cat({w, labels.to(at::kDouble).unsqueeze(1)}, 1));
  }
  const auto samples = at::cat(apart);
  auto expected = at::zeros({8, 8}, at::kDouble);
  for (int label = 0; label < 3; ++label) {
    const auto own = samples.index({samples.select(1, 8).eq(label)}).narrow(1, 0, 8), away = own - own.mean(0);
    expected += at::matmul(away.t(), away) / 3000;
  }
  EXPECT_LT(furthest(all.covariance, expected), 1e-5);
  EXPECT_GT(furthest(all.mean, one.mean), 1e-2);
}

TEST(StyleDirections, StylesMoveAndMixInTheirLayersAlone) {
  const auto ws = torch::randn({2, 6, 8}), other = torch::randn({2, 6, 8}), by = torch::randn({8});
  const auto there = moved(ws, by, {2, 3});
  EXPECT_TRUE(there.narrow(1, 2, 2).equal(ws.narrow(1, 2, 2) + by));
  EXPECT_TRUE(there.narrow(1, 0, 2).equal(ws.narrow(1, 0, 2)));
  EXPECT_TRUE(there.narrow(1, 4, 2).equal(ws.narrow(1, 4, 2)));
  const auto crossed = mixed(ws, other, Layers{0, 2});
  EXPECT_TRUE(crossed.narrow(1, 0, 3).equal(other.narrow(1, 0, 3)));
  EXPECT_TRUE(crossed.narrow(1, 3, 3).equal(ws.narrow(1, 3, 3)));
}

}  // namespace
}  // namespace inkstone::stylegan
