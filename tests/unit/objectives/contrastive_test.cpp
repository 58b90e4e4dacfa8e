#include "objectives/contrastive.hpp"

#include <cmath>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace inkstone::objectives {
namespace {

at::Tensor two_rows(std::vector<double> values) {
  return at::tensor(values, at::kDouble).view({2, 2});
}

// Pictures (1,0) and (0,1), texts (0.6,0.8) and (0,1), scale 2. Logits: picture 0: 1.2, 0; picture 1: 1.6, 2.
TEST(Contrastive, LossIsWhatItIsByHand) {
  const auto loss = contrastive_loss(two_rows({1, 0, 0, 1}), two_rows({0.6, 0.8, 0, 1}), at::scalar_tensor(2.0, at::kDouble));
  const double of_pictures = (std::log1p(std::exp(-1.2)) + std::log1p(std::exp(-0.4))) / 2;
  const double of_texts = (std::log1p(std::exp(0.4)) + std::log1p(std::exp(-2.0))) / 2;
  EXPECT_NEAR(loss.item<double>(), (of_pictures + of_texts) / 2, 1e-12);
}

TEST(Contrastive, WhereNothingIsKnownTheLossIsTheLogOfTheNumberOfPairs) {
  const auto same = at::ones({5, 3}, at::kDouble) / std::sqrt(3.0);
  EXPECT_NEAR(contrastive_loss(same, same, at::scalar_tensor(14.0, at::kDouble)).item<double>(), std::log(5.0), 1e-12);
}

TEST(Contrastive, GradientIsThatOfFiniteDifferences) {
  at::manual_seed(0);
  std::vector<at::Tensor> inputs = {at::randn({3, 4}, at::kDouble), at::randn({3, 4}, at::kDouble),
                                    at::scalar_tensor(1.5, at::kDouble)};
  for (auto& input : inputs) input.requires_grad_();
  const auto loss_at = [&] { return contrastive_loss(inputs[0], inputs[1], inputs[2]); };
  loss_at().backward();
  const at::NoGradGuard frozen;
  for (auto& input : inputs) {
    const auto gradient = input.grad().flatten();
    auto values = input.detach().view(-1);
    for (int64_t k = 0; k < values.numel(); ++k) {
      constexpr double kStep = 1e-5;
      values[k] += kStep;
      const double above = loss_at().item<double>();
      values[k] -= 2 * kStep;
      const double below = loss_at().item<double>();
      values[k] += kStep;
      EXPECT_NEAR(gradient[k].item<double>(), (above - below) / (2 * kStep), 1e-8);
    }
  }
}

// Text 1 is nearest to its picture; text 0 lies nearer to the other picture. Both pictures find their texts.
TEST(Contrastive, RecallCountsBothWays) {
  const auto recall = recall_at_1(two_rows({1, 0, 0, 1}), two_rows({0.6, 0.8, 0, 1}));
  EXPECT_EQ(recall.text_of_picture, 1);
  EXPECT_EQ(recall.picture_of_text, 0.5);
}

}  // namespace
}  // namespace inkstone::objectives
