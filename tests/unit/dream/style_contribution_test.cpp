#include "dream/style_contribution.hpp"

#include <gtest/gtest.h>

#include "inkstone/error.hpp"
#include "small_network.hpp"

namespace inkstone::dream {
namespace {

StylizeRequest losses() {
  StylizeRequest request;
  request.style_layers = {"relu1_1", "relu2_1"};
  request.content_layers = {"relu3_1"};
  request.type = "f32";
  return request;
}

NeuralStylePictures sources(int64_t height, int64_t width) {
  NeuralStylePictures pictures;
  pictures.content = random_picture(height, width, 21);
  pictures.styles = {random_picture(72, 80, 22)};
  return pictures;
}

TEST(StyleContribution, SharesAddUpToWhatTheLossesDo) {
  const auto network = small_network();
  const auto pictures = sources(64, 72);
  const auto painted = (pictures.content * 0.7 + random_picture(64, 72, 23) * 0.3).clamp(0, 1);
  Observer observer;
  const auto found = style_contribution(network, pictures, painted, losses(), 24, observer);
  ASSERT_EQ(found.layers.size(), 3U);
  EXPECT_FALSE(found.stopped);
  for (const auto& layer : found.layers) {
    const double change = layer.at_picture - layer.at_photograph;
    EXPECT_NEAR(layer.shares.sum().item<double>(), change, 0.02 * std::abs(change) + 1e-3) << layer.layer;
    EXPECT_EQ(layer.style, layer.layer != "relu3_1");
  }
  EXPECT_NEAR(found.layers[2].at_photograph, 0, 1e-6);  // the photograph has its own content
}

// Where nothing was changed nothing is said to have been done.
TEST(StyleContribution, LiesWhereThePictureDiffers) {
  const auto network = small_network();
  const auto pictures = sources(64, 96);
  auto painted = pictures.content.clone();
  painted.narrow(3, 0, 40).copy_(random_picture(64, 40, 24));
  Observer observer;
  const auto found = style_contribution(network, pictures, painted, losses(), 4, observer);
  for (const auto& layer : found.layers) {
    EXPECT_GT(layer.shares.narrow(3, 0, 40).abs().sum().item<double>(), 0) << layer.layer;
    EXPECT_EQ(layer.shares.narrow(3, 40, 56).abs().max().item<double>(), 0) << layer.layer;
  }
}

TEST(StyleContribution, StopsBetweenEvaluations) {
  struct Impatient : Observer {
    bool stop_requested() override { return true; }
  } observer;
  const auto pictures = sources(48, 48);
  const auto found = style_contribution(small_network(), pictures, pictures.content, losses(), 4, observer);
  EXPECT_TRUE(found.stopped);
  EXPECT_TRUE(found.layers.empty());
}

// The temporal loss of films: its gradient is its own, and it pulls towards the frame before where that is trusted.
TEST(StyleContribution, TheFrameBeforeHoldsWhereItIsTrusted) {
  const auto network = small_network();
  auto pictures = sources(64, 64);
  auto request = losses();
  request.init = "before.png";
  pictures.init = random_picture(64, 64, 25);
  request.iterations = 12;
  request.pyramid = 1;
  Observer observer;
  const auto before = random_picture(64, 64, 26);
  auto trust = at::zeros({1, 1, 64, 64});
  trust.narrow(3, 0, 32).fill_(1);
  const auto distance = [&](const at::Tensor& x, int64_t first) {
    return (x - before).narrow(3, first, 32).abs().mean().item<double>();
  };
  const auto loose = neural_style(network, pictures, request, observer).picture;
  pictures.before = {before, trust, 1e4};
  const auto held = neural_style(network, pictures, request, observer).picture;
  EXPECT_LT(distance(held, 0), 0.6 * distance(loose, 0));
  EXPECT_GT(distance(held, 32), 0.8 * distance(loose, 32));
}

}  // namespace
}  // namespace inkstone::dream
