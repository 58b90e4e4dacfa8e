#include "sample/noise_schedule.hpp"

#include <cmath>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

TEST(NoiseSchedule, LinearIsThatOfHo) {
  const auto s = linear_schedule();
  ASSERT_EQ(s.steps(), 1000);
  EXPECT_DOUBLE_EQ(s.beta[0], 1e-4);
  EXPECT_DOUBLE_EQ(s.beta[999], 0.02);
  EXPECT_DOUBLE_EQ(s.beta[1] - s.beta[0], (0.02 - 1e-4) / 999);
  EXPECT_NEAR(s.alpha_bar[0], 0.9999, 1e-15);
  EXPECT_NEAR(s.alpha_bar[999], 4.0358e-5, 1e-9);  // "close to zero": exp of the sum of ln(1 - beta)
}

TEST(NoiseSchedule, CosineIsThatOfNicholAndDhariwal) {
  const auto s = cosine_schedule();
  const auto f = [](double t) { return std::pow(std::cos((t + 0.008) / 1.008 * std::acos(-1.0) / 2), 2); };
  EXPECT_NEAR(s.alpha_bar[499], f(0.5) / f(0), 1e-12);
  EXPECT_DOUBLE_EQ(s.beta[999], 0.999);
}

// q(x_t | x_{t-1}) = N(sqrt(1 - beta) x, beta), iterated, has the closed form's mean and variance.
TEST(NoiseSchedule, IteratedStepsEqualTheClosedForm) {
  for (const auto& s : {linear_schedule(), cosine_schedule()}) {
    double mean = 1, variance = 0;
    for (int64_t t = 0; t < s.steps(); ++t) {
      mean *= std::sqrt(1 - s.beta[t]);
      variance = (1 - s.beta[t]) * variance + s.beta[t];
      ASSERT_NEAR(mean, std::sqrt(s.alpha_bar[t]), 1e-12) << t;
      ASSERT_NEAR(variance, 1 - s.alpha_bar[t], 1e-12) << t;
    }
  }
}

TEST(NoiseSchedule, IteratedDrawsHaveTheClosedFormsMoments) {
  const auto s = linear_schedule(50, 2e-3, 0.4);
  at::manual_seed(5);
  auto x = at::full({200000}, 2.0, at::kDouble);
  for (int64_t t = 0; t < 20; ++t) x = std::sqrt(1 - s.beta[t]) * x + std::sqrt(s.beta[t]) * at::randn_like(x);
  EXPECT_NEAR(x.mean().item<double>(), 2 * std::sqrt(s.alpha_bar[19]), 0.01);
  EXPECT_NEAR(x.var().item<double>(), 1 - s.alpha_bar[19], 0.01);
}

TEST(NoiseSchedule, TimeOfASigmaIsItsStep) {
  const auto s = linear_schedule();
  for (const int64_t t : {0, 1, 17, 500, 998, 999}) EXPECT_NEAR(s.time_of(s.sigma(t)), static_cast<double>(t), 1e-6);
  const double between = s.time_of(std::sqrt(s.sigma(10) * s.sigma(11)));
  EXPECT_NEAR(between, 10.5, 1e-9);
  EXPECT_EQ(s.time_of(1e-9), 0);
  EXPECT_EQ(s.time_of(1e9), 999);
}

TEST(NoiseSchedule, SpacedTimes) {
  EXPECT_EQ(spaced_times(1000, 5), (std::vector<int64_t>{999, 749, 500, 250, 0}));
  EXPECT_EQ(spaced_times(1000, 5, "leading"), (std::vector<int64_t>{800, 600, 400, 200, 0}));
  EXPECT_EQ(spaced_times(1000, 5, "trailing"), (std::vector<int64_t>{999, 799, 599, 399, 199}));
  EXPECT_EQ(spaced_times(10, 1), (std::vector<int64_t>{9}));
  const auto all = spaced_times(7, 7);
  for (int64_t i = 0; i < 7; ++i) EXPECT_EQ(all[i], 6 - i);
}

TEST(NoiseSchedule, KarrasSigmasFallFromMostToNothing) {
  const auto sigmas = karras_sigmas(18);
  EXPECT_NEAR(sigmas[0], 80, 1e-9);
  EXPECT_NEAR(sigmas[1], 57.586, 1e-2);  // the published run of 18 steps
  EXPECT_NEAR(sigmas[17], 0.002, 1e-12);
  EXPECT_EQ(sigmas[18], 0);
}

TEST(NoiseSchedule, WhatCannotBeIsRefused) {
  EXPECT_THROW(linear_schedule(1), Error);
  EXPECT_THROW(linear_schedule(10, 0.5, 0.1), Error);
  EXPECT_THROW(schedule_named("sqrt", 1000), Error);
  EXPECT_THROW(schedule_named("linear", 10), Error);
  EXPECT_THROW(spaced_times(10, 11), Error);
  EXPECT_THROW(spaced_times(10, 5, "quadratic"), Error);
}

}  // namespace
}  // namespace inkstone
