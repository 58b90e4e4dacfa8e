#include "objectives/elbo.hpp"

#include <cmath>

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/autograd.h>

namespace inkstone::objectives {
namespace {

TEST(Elbo, KlVanishesAtThePriorAlone) {
  const auto zeros = at::zeros({2, 3}, at::kDouble);
  EXPECT_EQ(kl_to_standard_normal(zeros, zeros).abs().max().item<double>(), 0);
  EXPECT_GT(kl_to_standard_normal(zeros + 0.1, zeros).min().item<double>(), 0);
  EXPECT_GT(kl_to_standard_normal(zeros, zeros - 0.1).min().item<double>(), 0);
}

// E log q - log p over draws from q.
TEST(Elbo, KlEqualsItsDefinition) {
  at::manual_seed(7);
  const auto mean = at::tensor({0.7, -0.3}, at::kDouble).view({1, 2}),
             log_variance = at::tensor({-0.5, 0.4}, at::kDouble).view({1, 2});
  const auto zero = at::zeros({}, at::kDouble);
  const auto z = reparameterise(mean, log_variance, at::randn({400000, 2}, at::kDouble));
  const auto log_p = -gaussian_negative_log_likelihood(z, zero, zero),
             log_q = -gaussian_negative_log_likelihood(z, mean, log_variance / 2);
  EXPECT_NEAR((log_q - log_p).mean().item<double>(), kl_to_standard_normal(mean, log_variance).item<double>(), 5e-3);
}

TEST(Elbo, LikelihoodByHand) {
  const auto x = at::tensor({1.0, 2.0}, at::kDouble).view({1, 2}), mean = at::tensor({0.0, 2.5}, at::kDouble).view({1, 2});
  const double sigma = 0.5;
  double expected = 0;
  for (const double d : {1.0, -0.5}) expected += 0.5 * d * d / (sigma * sigma) + std::log(sigma) + 0.5 * std::log(2 * M_PI);
  EXPECT_NEAR(gaussian_negative_log_likelihood(x, mean, at::scalar_tensor(std::log(sigma), at::kDouble)).item<double>(), expected,
              1e-12);
}

// The best learned deviation is the root mean square error (Rybkin et al. 2021, equation 6).
TEST(Elbo, LearnedVarianceIsStationaryAtTheError) {
  const auto x = at::randn({8, 10}, at::kDouble), mean = at::randn({8, 10}, at::kDouble);
  const auto log_sigma = (x - mean).square().mean().sqrt().log().requires_grad_();
  const auto gradient = torch::autograd::grad({gaussian_negative_log_likelihood(x, mean, log_sigma).mean()}, {log_sigma})[0];
  EXPECT_NEAR(gradient.item<double>(), 0, 1e-9);
}

TEST(Elbo, GradientsMatchFiniteDifferences) {
  constexpr double h = 1e-6;
  const auto e = at::randn({2, 3}, at::kDouble), target = at::randn({2, 3}, at::kDouble),
             log_sigma = at::scalar_tensor(-0.3, at::kDouble);
  const auto loss = [&](const at::Tensor& code) {
    const auto mean = code[0], log_variance = code[1];
    const auto z = reparameterise(mean, log_variance, e);
    return gaussian_negative_log_likelihood(target, z.tanh(), log_sigma).mean() +
           0.7 * kl_to_standard_normal(mean, log_variance).mean();
  };
  const auto code = at::randn({2, 2, 3}, at::kDouble).requires_grad_();
  const auto gradient = torch::autograd::grad({loss(code)}, {code})[0].flatten();
  const at::NoGradGuard frozen;
  for (int64_t k = 0; k < code.numel(); ++k) {
    auto above = code.clone(), below = code.clone();
    above.view({-1})[k] += h;
    below.view({-1})[k] -= h;
    EXPECT_NEAR((loss(above) - loss(below)).item<double>() / (2 * h), gradient[k].item<double>(), 1e-6);
  }
}

}  // namespace
}  // namespace inkstone::objectives
