#include "models/features/feature_pass.hpp"

#include <gtest/gtest.h>
#include <torch/autograd.h>

#include "../dream/small_network.hpp"
#include "models/features/frozen_features.hpp"

namespace inkstone {
namespace {

double relative_error(const at::Tensor& a, const at::Tensor& b) {
  return ((a.to(at::kFloat) - b).norm() / b.norm()).item<double>();
}

struct Case {
  Pooling pooling;
  std::vector<std::string> layers;
};

class FeaturePassTest : public testing::TestWithParam<Case> {};

// The hand-written passes against autograd over the reference path, with a different weighting at every tap.
TEST_P(FeaturePassTest, ForwardAndBackwardEqualAutograd) {
  const auto network = small_network();
  const auto [pooling, layers] = GetParam();
  auto rgb = random_picture(37, 29, 3).set_requires_grad(true);
  const auto expected = features(network, rgb, layers, pooling);
  std::vector<at::Tensor> seeds;
  at::Tensor loss = at::zeros({});
  for (const auto& f : expected) {
    seeds.push_back(at::randn_like(f));
    loss = loss + (f * seeds.back()).sum();
  }
  const auto expected_gradient = torch::autograd::grad({loss}, {rgb})[0];

  std::vector<std::size_t> taps;
  for (const auto& layer : layers) taps.push_back(network.stage(layer));
  FeaturePass pass(network, taps, pooling, Precision::float32);
  const auto outputs = pass.forward(rgb.detach());
  ASSERT_EQ(outputs.size(), expected.size());
  for (std::size_t i = 0; i < outputs.size(); ++i) EXPECT_LT(relative_error(outputs[i], expected[i].detach()), 1e-5) << layers[i];
  const auto gradient = pass.backward([&](std::size_t k, const at::Tensor&, at::Tensor& g) { g.add_(seeds[k]); });
  EXPECT_LT(relative_error(gradient, expected_gradient), 1e-5);
}

INSTANTIATE_TEST_SUITE_P(Taps, FeaturePassTest,
                         testing::Values(Case{Pooling::max, {"relu1_1", "relu2_1", "relu3_2"}},
                                         Case{Pooling::average, {"relu1_2", "relu3_1"}},
                                         Case{Pooling::max, {"conv1_2", "relu2_2", "pool2", "conv3_1"}},
                                         Case{Pooling::max, {"relu1_1"}}));

TEST(FeaturePass, Bfloat16StaysNear) {
  const auto network = small_network();
  const auto rgb = random_picture(40, 40, 5);
  const std::vector<std::size_t> taps = {network.stage("relu1_1"), network.stage("relu3_1")};
  FeaturePass exact(network, taps, Pooling::max, Precision::float32), fast(network, taps, Pooling::max, Precision::bfloat16);
  const auto a = exact.forward(rgb), b = fast.forward(rgb);
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_LT(relative_error(b[i], a[i]), 2e-2);
}

// What a painter is trained against, with two pictures waiting for their backward pass at once.
TEST(FrozenFeatures, EqualTheReferenceInAnyOrderOfLayers) {
  const auto network = small_network();
  const std::vector<std::string> layers = {"relu3_1", "relu1_1", "conv2_2"};
  const FrozenFeatures seen(network, layers);
  const auto total = [](const std::vector<at::Tensor>& outputs) {
    auto sum = at::zeros({});
    for (const auto& output : outputs) sum = sum + output.square().sum();
    return sum;
  };
  auto a = at::cat({random_picture(24, 31, 3), random_picture(24, 31, 4)}).set_requires_grad(true);
  auto b = random_picture(19, 22, 5).set_requires_grad(true);
  const auto of_a = seen(a), of_b = seen(b);
  const auto gradients = torch::autograd::grad({total(of_a) + total(of_b)}, {a, b});
  for (const auto& [picture, got, gradient] : {std::tuple(a, of_a, gradients[0]), std::tuple(b, of_b, gradients[1])}) {
    const auto wanted = features(network, picture, layers);
    for (std::size_t i = 0; i < layers.size(); ++i)
      EXPECT_LT(relative_error(got[i].detach(), wanted[i].detach()), 1e-5) << layers[i];
    EXPECT_LT(relative_error(gradient, torch::autograd::grad({total(wanted)}, {picture})[0]), 1e-5);
  }
}

}  // namespace
}  // namespace inkstone
