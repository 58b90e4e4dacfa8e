#include "objectives/adversarial.hpp"

#include <cmath>

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/autograd.h>

#include "inkstone/error.hpp"

namespace inkstone::objectives {
namespace {

using Scalar = std::function<at::Tensor(const at::Tensor&)>;

// The largest difference between autograd's gradient and central differences.
double gradient_error(const Scalar& f, const at::Tensor& at) {
  constexpr double h = 1e-5;
  const auto x = at.detach().clone().requires_grad_();
  const auto gradient = torch::autograd::grad({f(x)}, {x})[0].flatten();
  const at::NoGradGuard frozen;
  double worst = 0;
  for (int64_t k = 0; k < x.numel(); ++k) {
    auto above = at.detach().clone(), below = above.clone();
    above.view({-1})[k] += h;
    below.view({-1})[k] -= h;
    const at::AutoGradMode on(true);  // a penalty differentiates inside
    worst = std::max(worst, std::abs(((f(above) - f(below)).item<double>() / (2 * h)) - gradient[k].item<double>()));
  }
  return worst;
}

at::Tensor logits() {
  return at::tensor({-3.0, -0.4, 0.2, 1.7}, at::kDouble);
}

TEST(Adversarial, ValueFunctionOfTheTutorial) {
  const auto v = value_function(at::full({8}, 0.9), at::full({8}, 0.1)).item<double>();
  EXPECT_NEAR(v, -0.21, 0.005);
  EXPECT_NEAR(v, 2 * std::log(0.9), 1e-6);
  EXPECT_NEAR(value_function(at::full({1}, 0.5), at::full({1}, 0.5)).item<double>(), -std::log(4.0), 1e-6);  // at the optimum
}

// Gradients of 3 w . (1, 1) and of w . (0, 2) have lengths 3 sqrt 2 and 2.
TEST(Adversarial, AdaptiveWeightMakesBothPullAlike) {
  const auto w = at::tensor({0.5f, -1.0f}).requires_grad_();
  const auto loss = 3 * w.sum(), adversarial = 2 * w[1];
  EXPECT_NEAR(adaptive_weight(loss, adversarial, w).item<double>(), 3 * std::sqrt(2.0) / (2 + 1e-4), 1e-6);
  EXPECT_FALSE(adaptive_weight(loss, adversarial, w).requires_grad());
  EXPECT_EQ(adaptive_weight(loss, 1e-30 * adversarial, w).item<double>(), 1e4);
  (loss + adversarial).backward();  // the graphs are there still
  EXPECT_TRUE(at::allclose(w.grad(), at::tensor({3.0f, 5.0f})));
}

TEST(Adversarial, MinimaxIsTheValueFunction) {
  const auto real = logits(), fake = logits().flip(0) - 0.3;
  const auto v = value_function(real.sigmoid(), fake.sigmoid()).item<double>();
  EXPECT_NEAR(discriminator_loss(AdversarialLoss::minimax, real, fake).item<double>(), -v, 1e-9);
  const auto fake_term = (1 - fake.sigmoid()).log().mean().item<double>();
  EXPECT_NEAR(generator_loss(AdversarialLoss::minimax, fake).item<double>(), fake_term, 1e-9);
}

TEST(Adversarial, NonSaturatingIsTheSummedCrossEntropy) {
  const auto real = logits(), fake = logits() * 0.5;
  const auto bce = at::binary_cross_entropy(real.sigmoid(), at::ones_like(real)) +
                   at::binary_cross_entropy(fake.sigmoid(), at::zeros_like(fake));
  EXPECT_NEAR(discriminator_loss(AdversarialLoss::non_saturating, real, fake).item<double>(), bce.item<double>(), 1e-9);
  const auto with_real_labels = at::binary_cross_entropy(fake.sigmoid(), at::ones_like(fake)).item<double>();
  EXPECT_NEAR(generator_loss(AdversarialLoss::non_saturating, fake).item<double>(), with_real_labels, 1e-9);
}

TEST(Adversarial, ValuesByHand) {
  const auto real = at::tensor({2.0, 0.5}, at::kDouble), fake = at::tensor({-2.0, 0.5}, at::kDouble);
  EXPECT_DOUBLE_EQ(discriminator_loss(AdversarialLoss::hinge, real, fake).item<double>(), 0.25 + 0.75);
  EXPECT_DOUBLE_EQ(discriminator_loss(AdversarialLoss::least_squares, real, fake).item<double>(),
                   ((1 + 0.25) / 2 + (4 + 0.25) / 2) / 2);
  EXPECT_DOUBLE_EQ(discriminator_loss(AdversarialLoss::wasserstein, real, fake).item<double>(), -0.75 - 1.25);
  EXPECT_DOUBLE_EQ(generator_loss(AdversarialLoss::hinge, fake).item<double>(), 0.75);
  EXPECT_DOUBLE_EQ(generator_loss(AdversarialLoss::least_squares, fake).item<double>(), (9 + 0.25) / 4);
}

TEST(Adversarial, LossesDoNotOverflow) {
  const auto sure = at::full({2}, 200.0f);
  for (const auto kind : {AdversarialLoss::minimax, AdversarialLoss::non_saturating})
    EXPECT_TRUE(std::isfinite(discriminator_loss(kind, -sure, sure).item<double>()));
  EXPECT_TRUE(std::isfinite(generator_loss(AdversarialLoss::non_saturating, -sure.to(at::kBFloat16)).item<double>()));
}

TEST(Adversarial, GradientsMatchFiniteDifferences) {
  for (const auto* name : {"minimax", "non-saturating", "hinge", "least-squares", "wasserstein"}) {
    const auto kind = adversarial_loss(name);
    const auto other = logits().flip(0);
    EXPECT_LT(gradient_error([&](auto& x) { return discriminator_loss(kind, x, other); }, logits()), 1e-8) << name;
    EXPECT_LT(gradient_error([&](auto& x) { return discriminator_loss(kind, other, x); }, logits()), 1e-8) << name;
    EXPECT_LT(gradient_error([&](auto& x) { return generator_loss(kind, x); }, logits()), 1e-8) << name;
  }
}

TEST(Adversarial, PenaltyIsZeroWhereTheGradientHasNormOne) {
  const auto direction = at::randn({12}, at::kDouble);
  const auto unit = direction / direction.norm();
  const auto judge = [&](const at::Tensor& x) { return x.flatten(1).mv(3 * unit); };
  const auto real = at::randn({5, 3, 2, 2}, at::kDouble), fake = at::randn({5, 3, 2, 2}, at::kDouble),
             e = at::rand({5, 1, 1, 1}, at::kDouble);
  EXPECT_NEAR(gradient_penalty(judge, real, fake, e).item<double>(), 4, 1e-9);
}

TEST(Adversarial, PenaltysGradientMatchesFiniteDifferences) {
  at::manual_seed(6);
  const auto real = at::randn({3, 1, 2, 2}, at::kDouble), fake = at::randn({3, 1, 2, 2}, at::kDouble),
             e = at::rand({3, 1, 1, 1}, at::kDouble);
  const auto last = at::randn({5}, at::kDouble);
  const auto penalty = [&](const at::Tensor& weight) {
    return gradient_penalty([&](const at::Tensor& x) { return x.flatten(1).mm(weight).tanh().mv(last); }, real, fake, e);
  };
  EXPECT_LT(gradient_error(penalty, at::randn({4, 5}, at::kDouble)), 1e-6);
}

TEST(Adversarial, PairwiseDistanceIsThatOfAllPairs) {
  const auto x = at::randn({4, 2, 3, 3});
  double sum = 0;
  for (int64_t i = 0; i < 4; ++i)
    for (int64_t j = 0; j < 4; ++j) sum += (x[i] - x[j]).square().mean().item<double>();
  EXPECT_NEAR(pairwise_distance(x).item<double>(), std::sqrt(sum / 12), 1e-5);
  EXPECT_EQ(pairwise_distance(x[0].expand({5, 2, 3, 3})).item<double>(), 0);
}

TEST(Adversarial, UnknownLossIsNamed) {
  EXPECT_THROW(adversarial_loss("hinged"), Error);
}

}  // namespace
}  // namespace inkstone::objectives
