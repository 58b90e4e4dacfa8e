#include "models/adain/adain.hpp"

#include <cmath>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "inkstone/error.hpp"
#include "models/perceptual/perceptual.hpp"

namespace inkstone {
namespace {

TEST(AdaptiveNorm, GivesTheStylesMoments) {
  // one channel with values 1 and 3: mean 2, variance over n - 1 pixels 2
  const auto x = at::tensor({1.0F, 3.0F}).view({1, 1, 1, 2});
  const auto own = feature_moments(x);
  EXPECT_NEAR(own.mean.item<double>(), 2, 1e-6);
  EXPECT_NEAR(own.deviation.item<double>(), std::sqrt(2 + 1e-5), 1e-6);
  at::manual_seed(1);
  const auto content = at::randn({2, 5, 8, 6}), style = 3 * at::randn({2, 5, 7, 9}) - 1;
  const auto got = feature_moments(adaptive_norm(content, feature_moments(content), feature_moments(style))),
             wanted = feature_moments(style);
  EXPECT_TRUE(at::allclose(got.mean, wanted.mean, 1e-4, 1e-5));
  EXPECT_TRUE(at::allclose(got.deviation, wanted.deviation, 1e-3, 1e-4));
}

TEST(AdaptiveNorm, OfItsOwnMomentsChangesNothing) {
  const auto x = at::randn({1, 3, 4, 4});
  EXPECT_TRUE(at::allclose(adaptive_norm(x, feature_moments(x), feature_moments(x)), x, 1e-4, 1e-5));
}

TEST(AdainDecoder, MirrorsTheNetwork) {
  const auto steps = mirrored_steps(embedded_network(), "relu3_1");
  ASSERT_EQ(steps.size(), 5u);  // conv3_1, 2_2, 2_1, 1_2, 1_1
  EXPECT_EQ(steps.front().in, 256);
  EXPECT_EQ(steps.back().out, 3);
  const std::vector<bool> doubled = {false, true, false, true, false};
  for (std::size_t i = 0; i < steps.size(); ++i) EXPECT_EQ(steps[i].enlarge, doubled[i]) << i;
  AdainDecoder decoder(steps);
  EXPECT_EQ(decoder->enlargement(), 4);
  std::vector<std::string> names;
  for (const auto& item : decoder->named_parameters())
    if (item.key().ends_with("weight")) names.push_back(item.key());
  EXPECT_EQ(names, (std::vector<std::string>{"1.weight", "5.weight", "8.weight", "12.weight", "15.weight"}));
}

TEST(AdainDecoder, IsFoundAgainInItsTensorsAndPaintsTheSameOnPackedWeights) {
  at::manual_seed(2);
  AdainDecoder decoder(mirrored_steps(embedded_network(), "relu3_1"));
  StateDict weights;
  for (const auto& item : decoder->named_parameters()) weights.tensors["decoder." + item.key()] = item.value().detach();
  ASSERT_TRUE(is_adain_decoder(weights));
  auto again = make_adain_decoder(weights);
  const auto features = at::randn({1, 256, 6, 5});
  const auto trained = decoder->forward(features).detach();
  EXPECT_EQ(trained.sizes().vec(), (std::vector<int64_t>{1, 3, 24, 20}));
  const at::NoGradGuard frozen;
  EXPECT_TRUE(at::allclose(again->forward(features), trained, 1e-3, 1e-4));
}

TEST(AdainDecoder, RefusesWhatIsNone) {
  StateDict weights;
  weights.tensors["1.weight"] = at::zeros({4, 8, 3, 3});
  EXPECT_FALSE(is_adain_decoder(weights));
  EXPECT_THROW(make_adain_decoder(weights), Error);
  EXPECT_THROW(adain_encoder(weights), Error);
  EXPECT_THROW(mirrored_steps(embedded_network(), "relu9_1"), Error);
}

}  // namespace
}  // namespace inkstone
