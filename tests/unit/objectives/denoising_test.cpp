#include "objectives/denoising.hpp"

#include <cmath>
#include <functional>

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/autograd.h>

namespace inkstone::objectives {
namespace {

at::Tensor pictures(std::initializer_list<float> values) {
  return at::tensor(values).view({-1, 1, 1, 1});
}
at::Tensor levels(std::initializer_list<double> values) {
  return at::tensor(values, at::kDouble);
}

TEST(Denoising, SampleAtALevelIsTheFormula) {
  const auto x_t = q_sample(pictures({0.5, 0.5}), pictures({1, -2}), levels({0.64, 1}));
  EXPECT_NEAR(x_t[0].item<double>(), 0.8 * 0.5 + 0.6 * 1, 1e-6);
  EXPECT_NEAR(x_t[1].item<double>(), 0.5, 1e-6);
}

// Each prediction, put back through clean_of, gives x0.
TEST(Denoising, TargetsAndPicturesAreInverse) {
  at::manual_seed(1);
  const auto x0 = at::randn({4, 3, 2, 2}), epsilon = at::randn({4, 3, 2, 2});
  const auto bar = levels({0.999, 0.7, 0.2, 0.01});
  const auto x_t = q_sample(x0, epsilon, bar);
  for (const auto prediction : {Prediction::epsilon, Prediction::velocity, Prediction::clean}) {
    const auto target = target_of(prediction, x0, epsilon, beside(bar));
    EXPECT_TRUE(at::allclose(clean_of(prediction, target, x_t, beside(bar)), x0, 1e-4, 2e-5));
  }
  EXPECT_NEAR(target_of(Prediction::velocity, pictures({0.5}), pictures({1}), beside(levels({0.64}))).item<double>(),
              0.8 - 0.6 * 0.5, 1e-6);
}

TEST(Denoising, SquaredErrorIsAMeanOfEachPicture) {
  const auto error = squared_error(at::tensor({1.0F, 3.0F, 0.0F, 0.0F}).view({2, 1, 1, 2}), at::zeros({2, 1, 1, 2}));
  EXPECT_TRUE(error.equal(at::tensor({5.0F, 0.0F})));
}

// All three weights make the same loss of the same error in x0.
TEST(Denoising, MinSnrWeighsTheCleanPictureAlike) {
  const auto bar = levels({0.99, 0.5, 0.1});
  const auto snr = bar / (1 - bar);
  const auto of_clean = min_snr_weight(Prediction::clean, bar);
  EXPECT_TRUE(at::allclose(of_clean, at::tensor({5.0F, 1.0F, 1.0F / 9})));
  EXPECT_TRUE(at::allclose(min_snr_weight(Prediction::epsilon, bar), (of_clean / snr).to(at::kFloat)));
  at::manual_seed(2);
  const auto x0 = at::randn({3, 1, 4, 4}), epsilon = at::randn({3, 1, 4, 4}), guess = at::randn({3, 1, 4, 4});
  const auto x_t = q_sample(x0, epsilon, bar);
  const auto loss = [&](Prediction prediction) {
    const auto hat = prediction == Prediction::clean ? guess
                     : prediction == Prediction::epsilon
                         ? (x_t - beside(bar).sqrt().to(at::kFloat) * guess) / (1 - beside(bar)).sqrt().to(at::kFloat)
                         : (beside(bar).sqrt().to(at::kFloat) * x_t - guess) / (1 - beside(bar)).sqrt().to(at::kFloat);
    return min_snr_weight(prediction, bar) * squared_error(hat, target_of(prediction, x0, epsilon, beside(bar)));
  };
  EXPECT_TRUE(at::allclose(loss(Prediction::epsilon), loss(Prediction::clean), 1e-3));
  EXPECT_TRUE(at::allclose(loss(Prediction::velocity), loss(Prediction::clean), 1e-3));
}

// KL between normals by hand: equal variances leave (mean - mean)^2 / (2 variance).
TEST(Denoising, BitsOfAStepAreTheDivergenceOfItsNormals) {
  const double bar_t = 0.3, bar_s = 0.5, alpha = bar_t / bar_s, beta = 1 - alpha;
  const double posterior = beta * (1 - bar_s) / (1 - bar_t), on_x0 = std::sqrt(bar_s) * beta / (1 - bar_t);
  const Stride stride{levels({bar_t}), levels({bar_s})};
  const auto bits = [&](float x0_hat, float variance) {
    return variational_bits(pictures({0.4}), pictures({0.1}), pictures({x0_hat}), pictures({variance}), stride).item<double>();
  };
  EXPECT_NEAR(bits(0.4, 0), 0, 1e-6);
  EXPECT_NEAR(bits(0.9, 0), std::pow(on_x0 * 0.5, 2) / (2 * posterior) / std::log(2), 1e-5);
  const double ratio = posterior / beta;
  EXPECT_NEAR(bits(0.4, 1), 0.5 * (-std::log(ratio) - 1 + ratio) / std::log(2), 1e-5);
}

// The last step: minus the logarithm of the mass on a level of width 2 / 255; all of it in the tails' levels.
TEST(Denoising, BitsOfTheLastStepAreALikelihood) {
  const double bar = 0.9999, deviation = std::sqrt(1 - bar);
  const Stride stride{levels({bar}), levels({1})};
  const auto bits = [&](float x0, float x0_hat) {
    return variational_bits(pictures({x0}), pictures({0}), pictures({x0_hat}), pictures({0}), stride).item<double>();
  };
  EXPECT_NEAR(bits(0, 0), -std::log2(std::erf(1.0 / 255 / deviation / std::sqrt(2.0))), 1e-3);
  EXPECT_NEAR(bits(1, 1.1F), 0, 1e-4);
  EXPECT_NEAR(bits(-1, -1.1F), 0, 1e-4);
  EXPECT_GT(bits(0, 0.5), 20);
}

TEST(Denoising, EdmLossWeighsByTheNoise) {
  const auto loss = edm_loss(pictures({1, 1}), pictures({0.5, 0.5}), at::tensor({0.5F, 2.0F}), 0.5);
  EXPECT_NEAR(loss[0].item<double>(), (0.25 + 0.25) / (0.25 * 0.25) * 0.25, 1e-5);
  EXPECT_NEAR(loss[1].item<double>(), (4 + 0.25) / 1.0 * 0.25, 1e-5);
  EXPECT_NEAR(edm_sigmas(at::tensor({1.0F})).item<double>(), 1, 1e-6);  // e^(-1.2 + 1.2)
}

// Central differences in float64 against autograd.
void expect_gradient(const std::function<at::Tensor(const at::Tensor&)>& loss, at::Tensor x) {
  x = x.to(at::kDouble).requires_grad_();
  const auto gradient = torch::autograd::grad({loss(x)}, {x})[0].flatten();
  const auto at_moved = [&](int64_t i, double by) {
    auto moved = x.detach().clone();
    moved.view(-1)[i] += by;
    return loss(moved).item<double>();
  };
  for (int64_t i = 0; i < x.numel(); ++i)
    EXPECT_NEAR((at_moved(i, 1e-5) - at_moved(i, -1e-5)) / 2e-5, gradient[i].item<double>(),
                1e-4 * (1 + std::abs(gradient[i].item<double>())));
}

TEST(Denoising, GradientsOfTheBoundAreTheFiniteDifferences) {
  at::manual_seed(4);
  const auto x0 = at::rand({2, 1, 2, 2}, at::kDouble) * 2 - 1, x_t = at::randn({2, 1, 2, 2}, at::kDouble),
             hat = at::randn({2, 1, 2, 2}, at::kDouble) * 0.1 + x0;
  const auto variance = at::rand({2, 1, 2, 2}, at::kDouble);
  const Stride stride{levels({0.3, 0.9}), levels({0.5, 1})};
  expect_gradient([&](const at::Tensor& x) { return variational_bits(x0, x_t, x, variance, stride).sum(); }, hat);
  expect_gradient([&](const at::Tensor& x) { return variational_bits(x0, x_t, hat, x, stride).sum(); }, variance);
}

}  // namespace
}  // namespace inkstone::objectives
