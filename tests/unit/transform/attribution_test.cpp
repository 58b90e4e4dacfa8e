#include "transform/attribution.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "inkstone/error.hpp"
#include "models/features/network_builder.hpp"
#include "tensor/noise.hpp"

namespace inkstone::transform {
namespace {

// Two convolutions, a mean, five classes.
FeatureNetwork small_classifier() {
  auto generator = generator_of(1);
  FeatureNetwork network;
  network.name = "small";
  NetworkBuilder builder(network);
  auto x = builder.relu("relu1", builder.first_conv("conv1", at::randn({8, 3, 3, 3}, generator) * 0.3, at::zeros({8}), 1));
  x = builder.relu("relu2", builder.conv("conv2", x, at::randn({6, 8, 3, 3}, generator) * 0.2, at::zeros({6}), 2));
  builder.linear("logits", builder.mean("mean", x), at::randn({5, 6}, generator), at::randn({5}, generator));
  network.classes = {"a", "b", "c", "d", "e"};
  network.side = 16;
  return network;
}

// Class 0 is the red of the picture, class 1 its blue.
FeatureNetwork colour_classifier() {
  FeatureNetwork network;
  network.name = "colours";
  NetworkBuilder builder(network);
  const auto x = builder.relu("relu", builder.first_conv("conv", at::eye(3).view({3, 3, 1, 1}), at::zeros({3}), 1));
  builder.linear("logits", builder.mean("mean", x), at::tensor({9.f, 0.f, 0.f, 0.f, 0.f, 9.f}).view({2, 3}), at::zeros({2}));
  network.classes = {"red", "blue"};
  network.side = 16;
  return network;
}

// Black but for a red square in the upper left and a blue one in the lower right.
at::Tensor two_squares() {
  auto picture = at::zeros({1, 3, 16, 16});
  picture[0][0].narrow(0, 0, 8).narrow(1, 0, 8).fill_(1);
  picture[0][2].narrow(0, 8, 8).narrow(1, 8, 8).fill_(1);
  return picture;
}

double share_of_upper_left(const at::Tensor& heat) {
  const auto map = heat.clamp_min(0).sum(1)[0];
  const auto half = map.narrow(0, 0, map.size(0) / 2).narrow(1, 0, map.size(1) / 2);
  return (half.sum() / map.sum()).item<double>();
}

TEST(Attribution, SharesAddUpToTheDifference) {
  const auto network = small_classifier();
  const auto picture = at::rand({1, 3, 16, 20}, generator_of(2)), black = at::zeros_like(picture);
  Observer silent;
  const auto found = integrated_gradients(network, picture, black, 3, 200, silent);
  const double whole = found.value - found.baseline_value;
  ASSERT_GT(std::abs(whole), 0.05);
  EXPECT_NEAR(found.shares.sum().item<double>(), whole, 0.01 * std::abs(whole));
}

// -relu(1 - 40 t) at t times a white picture: all that happens, happens near black.
TEST(Attribution, SharesAddUpWhereTheSlopeIsSteepNearTheBaseline) {
  FeatureNetwork network;
  network.name = "wakes up";
  NetworkBuilder builder(network);
  const auto x = builder.relu("relu", builder.first_conv("conv", -40 * at::eye(3).view({3, 3, 1, 1}), at::ones({3}), 1));
  builder.linear("logits", builder.mean("mean", x), -at::ones({1, 3}) / 3, at::zeros({1}));
  network.classes = {"light"};
  network.side = 16;
  const auto white = at::ones({1, 3, 16, 16});
  Observer silent;
  const auto found = integrated_gradients(network, white, at::zeros_like(white), 0, 32, silent);
  EXPECT_NEAR(found.value - found.baseline_value, 1, 1e-6);
  EXPECT_NEAR(found.shares.sum().item<double>(), 1, 0.03);
}

TEST(Attribution, EveryMethodPointsAtWhatCounts) {
  const auto network = colour_classifier();
  const auto picture = two_squares();
  Observer silent;
  EXPECT_GT(share_of_upper_left(grad_cam(network, picture, 0)), 0.99);
  EXPECT_LT(share_of_upper_left(grad_cam(network, picture, 1)), 0.01);
  EXPECT_GT(share_of_upper_left(integrated_gradients(network, picture, at::zeros_like(picture), 0, 16, silent).shares), 0.99);
  EXPECT_GT(share_of_upper_left(occlusion(network, picture, 0, 8, silent)), 0.8);
}

TEST(Attribution, GradCamIsTheWeightedMap) {
  const auto network = small_classifier();
  const auto picture = at::rand({1, 3, 16, 16}, generator_of(3));
  const auto map = features(network, picture, {"relu2"}).front();
  // d logit / d map is the class's weights over the number of positions, at every position
  const auto weights = network.stages.back().weight[2] / static_cast<double>(map.size(2) * map.size(3));
  const auto expected = at::relu((map * weights.view({1, -1, 1, 1})).sum(1, true));
  EXPECT_TRUE(at::allclose(grad_cam(network, picture, 2), expected, 1e-4, 1e-7));
}

TEST(Attribution, SmoothGradientsRepeatForASeed) {
  const auto network = small_classifier();
  const auto picture = at::rand({1, 3, 16, 16}, generator_of(4));
  Observer silent;
  const auto one = smooth_gradients(network, picture, 1, 3, 7, silent);
  EXPECT_TRUE(at::equal(one, smooth_gradients(network, picture, 1, 3, 7, silent)));
  EXPECT_FALSE(at::equal(one, smooth_gradients(network, picture, 1, 3, 8, silent)));
}

TEST(Attribution, NeedsAClassifier) {
  FeatureNetwork network;
  network.name = "plain";
  NetworkBuilder(network).first_conv("conv", at::ones({1, 3, 1, 1}), at::zeros({1}), 1);
  EXPECT_THROW(grad_cam(network, at::rand({1, 3, 8, 8}), 0), Error);
}

}  // namespace
}  // namespace inkstone::transform
