// Schedules by name against numbers worked out by hand, cutting for pictures to start from, masks.
#include "sample/trajectory.hpp"

#include <cmath>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "inkstone/error.hpp"
#include "sample/beta_quantile.hpp"
#include "sample/inpaint.hpp"
#include "sample/schedules.hpp"
#include "sample/solvers/solvers.hpp"
#include "unit/sample/mixture.hpp"

namespace inkstone {
namespace {

const NoiseSchedule kStable = scaled_linear_schedule();

TEST(Schedules, StableDiffusionsEnds) {
  EXPECT_NEAR(kStable.beta[0], 0.00085, 1e-12);
  EXPECT_NEAR(kStable.beta[999], 0.012, 1e-12);
  EXPECT_NEAR(kStable.sigma(0), 0.0291671582, 1e-7);  // the published least and greatest sigma
  EXPECT_NEAR(kStable.sigma(999), 14.6146412293, 1e-4);
}

TEST(Schedules, AllFallToNothing) {
  for (const auto& name : schedule_names())
    for (const int64_t n : {1, 4, 20, 50}) {
      const auto path = trajectory(name, kStable, n);
      EXPECT_TRUE(name == "ddim_uniform" || path.steps() == static_cast<std::size_t>(n)) << name;
      EXPECT_EQ(path.sigmas.back(), 0) << name;
      for (std::size_t i = 0; i + 1 < path.sigmas.size(); ++i) EXPECT_GT(path.sigmas[i], path.sigmas[i + 1]) << name << i;
    }
}

TEST(Schedules, EachHasItsFormula) {
  const auto of = [](const std::string& name, int64_t n) { return trajectory(name, kStable, n).sigmas; };
  const auto at_times = [](const std::vector<int64_t>& times) { return sigmas_of(kStable, times); };
  const auto expect_near = [](const std::vector<double>& got, const std::vector<double>& wanted, const char* name) {
    ASSERT_EQ(got.size(), wanted.size()) << name;
    for (std::size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], wanted[i], 1e-6 * (1 + wanted[i])) << name << i;
  };
  expect_near(of("discrete", 4), at_times({999, 666, 333, 0}), "discrete");
  expect_near(of("sgm_uniform", 3), at_times({999, 666, 333}), "sgm_uniform");
  expect_near(of("simple", 4), at_times({999, 749, 499, 249}), "simple");
  expect_near(of("ddim_uniform", 4), at_times({751, 501, 251, 1}), "ddim_uniform");
  expect_near(exponential_sigmas(3, 0.1, 10), {10, 1, 0.1, 0}, "exponential");
  expect_near(exponential_sigmas(3, 0.1, 10, 2), {10, 0.1 * std::pow(100, 0.25), 0.1, 0}, "polyexponential");
  expect_near(kl_optimal_sigmas(3, 0.1, 10), {10, std::tan((std::atan(0.1) + std::atan(10)) / 2), 0.1, 0}, "kl_optimal");
  expect_near(linear_quadratic_sigmas(4, 1), {1, 0.9875, 0.975, 0.725, 0},
              "linear_quadratic");  // 0.0125 a step, then 1 - 0.0125 (2 + ...)
  expect_near(flow_sigmas(3, 1, 1000), {1, 0.5005, 0.001, 0}, "flow");
  expect_near(flow_sigmas(2, 3, 1000), {1, 3 * (3.0 / 1002) / (1 + 2 * 3.0 / 1002), 0}, "flow, shifted twice as published");
}

TEST(Schedules, AlignYourStepsGivesItsTableAndBetween) {
  const auto ten = align_your_steps(10, false), five = align_your_steps(5, true), twenty = align_your_steps(20, true);
  EXPECT_EQ(ten[3], 2.6946151520);
  EXPECT_EQ(ten[10], 0);
  EXPECT_NEAR(five[1], 3.7681790315, 1e-9);
  EXPECT_NEAR(twenty[3], std::sqrt(6.3184485287 * 3.7681790315), 1e-9);
}

TEST(Schedules, BetaQuantilesOfKnownDistributions) {
  for (const double p : {0.05, 0.3, 0.5, 0.9}) {
    EXPECT_NEAR(beta_quantile(p, 1, 1), p, 1e-12);
    EXPECT_NEAR(beta_quantile(p, 0.5, 0.5), std::pow(std::sin(std::acos(-1.0) * p / 2), 2), 1e-10);  // the arcsine law
    EXPECT_NEAR(beta_quantile(p, 3, 1), std::cbrt(p), 1e-12);
  }
}

TEST(Schedules, ZeroTerminalSnrEndsInNoise) {
  const auto zero = zero_terminal_snr(kStable);
  EXPECT_NEAR(zero.alpha_bar[0], kStable.alpha_bar[0], 1e-12);
  EXPECT_NEAR(zero.sigma(999), 4096, 1);
  for (int64_t t = 1; t < 1000; ++t) EXPECT_LT(zero.alpha_bar[t], zero.alpha_bar[t - 1]);
  const double middle = (std::sqrt(kStable.alpha_bar[500]) - std::sqrt(kStable.alpha_bar[999])) *
                        std::sqrt(kStable.alpha_bar[0]) / (std::sqrt(kStable.alpha_bar[0]) - std::sqrt(kStable.alpha_bar[999]));
  EXPECT_NEAR(std::sqrt(zero.alpha_bar[500]), middle, 1e-12);
}

TEST(Schedules, NamesOfOtherToolsAndUnknownOnes) {
  EXPECT_EQ(schedule_name_of("Karras"), "karras");
  EXPECT_EQ(schedule_name_of("SGM Uniform"), "sgm_uniform");
  EXPECT_EQ(schedule_name_of("Normal"), "discrete");
  EXPECT_EQ(schedule_name_of("ays"), "align_your_steps");
  EXPECT_FALSE(schedule_name_of("sideways"));
  EXPECT_THROW(trajectory("karas", kStable, 10), Error);
  EXPECT_THROW(trajectory("karras", kStable, 0), Error);
  EXPECT_THROW(trajectory("karras", kStable, 1001), Error);
  EXPECT_THROW(trajectory("leading", kStable, 51, {.grid = Grid::distilled}), Error);
}

TEST(Trajectory, CutKeepsTheLastSteps) {
  const auto whole = trajectory("leading", kStable, 20);
  const auto part = cut(whole, 0.75);
  ASSERT_EQ(part.steps(), 15U);
  EXPECT_EQ(part.sigmas[0], whole.sigmas[5]);
  EXPECT_EQ(part.times[0], whole.times[5]);
  EXPECT_EQ(part.sigmas.back(), whole.sigmas.back());
  EXPECT_EQ(cut(whole, 1).sigmas, whole.sigmas);
  const auto x0 = at::randn({1, 2, 3, 3}), noise = at::randn({1, 2, 3, 3});
  EXPECT_TRUE(at::allclose(start_from(part, x0, noise), x0 + part.sigmas[0] * noise));
  EXPECT_THROW(cut(whole, 0.01), Error);
  EXPECT_THROW(cut(whole, 0), Error);
  EXPECT_THROW(cut(whole, 1.1), Error);
}

TEST(Trajectory, SaysTheTimesOfItsLevels) {
  auto path = trajectory("leading", kStable, 10, {.karras = true});
  path.times[3] = 42;
  const auto time_of = path.time_of(kStable);
  EXPECT_EQ(time_of(path.sigmas[3]), 42);
  EXPECT_NEAR(time_of(kStable.sigma(500) * 1.0001), kStable.time_of(kStable.sigma(500) * 1.0001), 1e-12);
}

TEST(Inpaint, KeepsTheOriginalOutsideTheMask) {
  const Mixture data;
  const auto original = at::randn({1, 1, 4, 4}, at::kDouble), noise = at::randn({1, 1, 4, 4}, at::kDouble);
  auto mask = at::zeros({1, 1, 4, 4}, at::kDouble);
  mask.narrow(3, 2, 2).fill_(1);
  const auto masked = inpainted(data, mask, original, noise);
  const auto path = trajectory("karras", kStable, 8);
  Observer silent;
  PictureNoise fresh({1}, {1, 4, 4});
  const Condition nothing;
  const auto whole = solvers::dpmpp_2m({data, path.sigmas, nothing, fresh, silent}, path.start(noise));
  const auto part = solvers::dpmpp_2m({*masked, path.sigmas, nothing, fresh, silent}, path.start(noise));
  EXPECT_TRUE(part.narrow(3, 0, 2).equal(original.narrow(3, 0, 2)));
  EXPECT_TRUE(at::allclose(part.narrow(3, 2, 2), whole.narrow(3, 2, 2)));  // this data has no neighbours
}

TEST(Inpaint, TheNetworkSeesTheOriginalUnderNoise) {
  struct Seen : Denoiser {
    mutable at::Tensor x;
    Denoised denoise(const at::Tensor& given, double, const Condition&) const override {
      x = given;
      return {at::zeros_like(given), {}};
    }
  };
  const Seen inner;
  const auto original = at::full({1, 1, 2, 2}, 3.0), noise = at::full({1, 1, 2, 2}, 0.5), mask = at::full({1, 1, 2, 2}, 0.25);
  const auto x0 = (*inpainted(inner, mask, original, noise))(at::full({1, 1, 2, 2}, 100.0), 2, {});
  EXPECT_TRUE(at::allclose(inner.x, at::full({1, 1, 2, 2}, 0.25 * 100 + 0.75 * 4)));
  EXPECT_TRUE(at::allclose(x0, at::full({1, 1, 2, 2}, 0.75 * 3)));
}

}  // namespace
}  // namespace inkstone
