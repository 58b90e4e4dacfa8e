#include "models/features/feature_network.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "inkstone/error.hpp"
#include "models/features/network_file.hpp"

namespace inkstone {
namespace {

using Kind = FeatureStage::Kind;

// 1x1 convolution to one channel (r + 2 g + 3 b - 1), rectifier, pooling, 3x3 box sum.
FeatureNetwork tiny_network() {
  FeatureNetwork network;
  network.name = "tiny";
  network.order = {2, 1, 0};
  network.scale = {10, 10, 10};
  network.mean = {1, 2, 3};
  network.stages = {
      {Kind::conv, "conv1_1", at::tensor({3.f, 2.f, 1.f}).view({1, 3, 1, 1}), at::tensor({-1.f})},
      {Kind::relu, "relu1_1", {}, {}},
      {Kind::pool, "pool1", {}, {}},
      {Kind::conv, "conv2_1", at::ones({1, 1, 3, 3}), at::zeros({1})},
      {Kind::relu, "relu2_1", {}, {}},
  };
  return network;
}

std::string message_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), ErrorCategory::bad_argument);
    return error.what();
  }
  return "";
}

TEST(FeatureNetwork, FindsStagesByEverySpelling) {
  const auto network = tiny_network();
  EXPECT_EQ(network.stage("relu2_1"), 4u);
  EXPECT_EQ(network.stage("conv2_1"), 3u);
  EXPECT_EQ(network.stage("block2_conv1"), 4u);
  EXPECT_EQ(network.stage("block1_pool"), 2u);
}

TEST(FeatureNetwork, NamesTheNearestAndTheDeepestLayer) {
  const auto message = message_of([] { tiny_network().stage("relu2_11"); });
  EXPECT_NE(message.find("did you mean 'relu2_1'?"), message.npos) << message;
  EXPECT_NE(message.find("deepest is relu2_1"), message.npos) << message;
}

TEST(FeatureNetwork, PreprocessesByOrderScaleAndMean) {
  const auto x = preprocess(tiny_network(), at::tensor({0.1f, 0.2f, 0.3f}).view({1, 3, 1, 1}));
  EXPECT_TRUE(at::allclose(x.flatten(), at::tensor({2.f, 0.f, -2.f})));
}

// A 5x5 picture: the last row and column fall out of the pooling, as in VGG.
TEST(FeatureNetwork, ComputesFeaturesAsByHand) {
  const auto network = tiny_network();
  auto rgb = at::zeros({1, 3, 5, 5});
  rgb[0][0][1][1] = 1;    // red: 1 * (10 - 3), so 3 * (-1) + 2 * (-2) + 7 - 1 = -1: rectified
  rgb[0][2][3][2] = 0.6;  // blue: 3 * (6 - 1) + 2 * (-2) + (-3) - 1 = 7
  rgb[0][2][4][4] = 1;
  const auto found = features(network, rgb, {"relu2_1", "relu1_1", "pool1"});
  EXPECT_EQ(found[1].sizes(), (std::vector<int64_t>{1, 1, 5, 5}));
  EXPECT_NEAR(found[1].sum().item<float>(), 7 + 19, 1e-4);
  EXPECT_EQ(found[2].sizes(), (std::vector<int64_t>{1, 1, 2, 2}));
  EXPECT_NEAR(found[2][0][0][1][1].item<float>(), 7, 1e-5);
  EXPECT_TRUE(at::allclose(found[0], at::full({1, 1, 2, 2}, 7.f)));
}

TEST(FeatureNetwork, AveragePoolingDividesByFour) {
  auto rgb = at::zeros({1, 3, 4, 4});
  rgb[0][2][3][2] = 0.6;
  const auto found = features(tiny_network(), rgb, {"pool1"}, Pooling::average);
  EXPECT_NEAR(found[0].sum().item<float>(), 7.0 / 4, 1e-5);
}

TEST(FeatureNetwork, GradientAgreesWithFiniteDifferences) {
  const auto network = tiny_network();
  const auto loss = [&](const at::Tensor& x) { return features(network, x, {"relu2_1"}, Pooling::average)[0].pow(2).mean(); };
  const auto rgb = at::rand({1, 3, 6, 6}).mul(0.5).add(0.5).requires_grad_();
  loss(rgb).backward();
  const at::NoGradGuard frozen;
  const float step = 1e-2f;
  auto moved = rgb.clone(), back = rgb.clone();
  moved[0][1][2][3] += step;
  back[0][1][2][3] -= step;
  const float slope = (loss(moved) - loss(back)).item<float>() / (2 * step);
  EXPECT_NEAR(rgb.grad()[0][1][2][3].item<float>() / slope, 1, 2e-2);
}

TEST(NetworkFile, RoundTripsThroughAStateDict) {
  const auto network = tiny_network();
  const auto again = to_feature_network(to_state_dict(network));
  EXPECT_EQ(again.name, network.name);
  EXPECT_EQ(again.order, network.order);
  EXPECT_EQ(again.mean, network.mean);
  ASSERT_EQ(again.stages.size(), network.stages.size());
  const auto rgb = at::rand({2, 3, 8, 6});
  EXPECT_TRUE(at::equal(features(network, rgb, {"relu2_1"})[0], features(again, rgb, {"relu2_1"})[0]));
}

TEST(NetworkFile, RefusesStagesThatDoNotFit) {
  auto weights = to_state_dict(tiny_network());
  weights.tensors["conv2_1.weight"] = at::ones({1, 2, 3, 3});
  EXPECT_THROW(to_feature_network(weights), Error);
  weights.tensors.erase("conv2_1.weight");
  EXPECT_THROW(to_feature_network(weights), Error);
}

}  // namespace
}  // namespace inkstone
