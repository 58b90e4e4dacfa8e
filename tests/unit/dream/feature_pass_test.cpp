#include "dream/feature_pass.hpp"

#include <gtest/gtest.h>
#include <torch/autograd.h>

#include "small_network.hpp"

namespace inkstone::dream {
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
                         testing::Values(Case{Pooling::max, {"relu1_1", "relu2_1", "relu3_2"}}, Case{Pooling::average, {"relu1_2", "relu3_1"}},
                                         Case{Pooling::max, {"conv1_2", "relu2_2", "pool2", "conv3_1"}}, Case{Pooling::max, {"relu1_1"}}));

TEST(FeaturePass, Bfloat16StaysNear) {
  const auto network = small_network();
  const auto rgb = random_picture(40, 40, 5);
  const std::vector<std::size_t> taps = {network.stage("relu1_1"), network.stage("relu3_1")};
  FeaturePass exact(network, taps, Pooling::max, Precision::float32), fast(network, taps, Pooling::max, Precision::bfloat16);
  const auto a = exact.forward(rgb), b = fast.forward(rgb);
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_LT(relative_error(b[i], a[i]), 2e-2);
}

}  // namespace
}  // namespace inkstone::dream
