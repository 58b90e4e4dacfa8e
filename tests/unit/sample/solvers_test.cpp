// Ancestral and DDIM sampling on a normal distribution, where the right answer is known.
#include <cmath>

#include <gtest/gtest.h>

#include "sample/ancestral.hpp"
#include "sample/ddim.hpp"
#include "tensor/noise.hpp"
#include "unit/sample/analytic_gaussian.hpp"

namespace inkstone {
namespace {

constexpr int64_t kPictures = 64;
const std::vector<int64_t> kShape = {3, 24, 24};

std::vector<uint64_t> seeds(int64_t count, uint64_t first = 0) {
  std::vector<uint64_t> all(count);
  for (int64_t k = 0; k < count; ++k) all[k] = first + k;
  return all;
}

std::vector<double> walk(int64_t steps) {
  const auto schedule = linear_schedule();
  return sigmas_of(schedule, spaced_times(1000, steps));
}

enum class Solver { ancestral_beta, ancestral_posterior, ancestral_learned, ddim, ddim_noisy };

at::Tensor paint(Solver solver, const Denoiser& d, const std::vector<double>& sigmas, const std::vector<uint64_t>& seeds,
                 Observer& observer) {
  PictureNoise noise(seeds, kShape);
  const auto x = latents_of(seeds, kShape) * std::sqrt(1 + sigmas[0] * sigmas[0]);
  switch (solver) {
    case Solver::ancestral_beta:
      return ancestral(d, x, sigmas, {}, Variance::beta, noise, observer);
    case Solver::ancestral_posterior:
      return ancestral(d, x, sigmas, {}, Variance::posterior, noise, observer);
    case Solver::ancestral_learned:
      return ancestral(d, x, sigmas, {}, Variance::learned, noise, observer);
    case Solver::ddim:
      return ddim(d, x, sigmas, {}, 0, noise, observer);
    default:
      return ddim(d, x, sigmas, {}, 1, noise, observer);
  }
}

at::Tensor paint(Solver solver, const Denoiser& d, const std::vector<double>& sigmas, const std::vector<uint64_t>& seeds) {
  Observer silent;
  return paint(solver, d, sigmas, seeds, silent);
}

TEST(Solvers, ReachTheMeanAndDeviationOfTheData) {
  const AnalyticGaussian data;
  for (const auto solver : {Solver::ancestral_beta, Solver::ancestral_posterior, Solver::ddim, Solver::ddim_noisy}) {
    const auto pictures = paint(solver, data, walk(200), seeds(kPictures));
    EXPECT_NEAR(pictures.mean().item<double>(), data.mean, 0.01) << static_cast<int>(solver);
    EXPECT_NEAR(pictures.std().item<double>(), data.deviation, 0.03) << static_cast<int>(solver);
  }
}

// The probability flow of a normal distribution in closed form: x - mean scales with sqrt(data + sigma^2). DDIM is its Euler step
// of first order.
TEST(Solvers, DdimConvergesInFirstOrder) {
  const AnalyticGaussian data;
  const auto error = [&](int64_t steps) {
    const auto sigmas = walk(steps);
    const auto x = latents_of({7}, kShape) * std::sqrt(1 + sigmas[0] * sigmas[0]);
    const auto exact =
        data.mean + (x - data.mean) * (data.deviation / std::sqrt(data.deviation * data.deviation + sigmas[0] * sigmas[0]));
    return (paint(Solver::ddim, data, sigmas, {7}) - exact).norm().item<double>() / exact.norm().item<double>();
  };
  const double coarse = error(100), fine = error(200);
  EXPECT_LT(fine, 0.02);
  EXPECT_NEAR(std::log2(coarse / fine), 1, 0.25);
}

// Ho et al. 2020, equation 7, is Song et al.'s equation 12 with eta 1: the same pictures from the same noise.
TEST(Solvers, DdimWithAllItsNoiseIsTheAncestralStep) {
  const AnalyticGaussian data;
  const auto a = paint(Solver::ancestral_posterior, data, walk(30), seeds(2)),
             b = paint(Solver::ddim_noisy, data, walk(30), seeds(2));
  EXPECT_LT((a - b).abs().max().item<double>(), 1e-4);
}

// A denoiser that says zero leaves the noise of the step alone: its variance is what the option says.
TEST(Solvers, OneStepHasTheVarianceAskedFor) {
  struct Second : Denoiser {  // returns what the second step gets
    mutable at::Tensor seen;
    double fraction;
    explicit Second(double fraction) : fraction(fraction) {}
    Denoised denoise(const at::Tensor& x, double, const Condition&) const override {
      seen = x;
      return {at::zeros_like(x), at::full_like(x, fraction)};
    }
  };
  const double t = 2.0, s = 0.7, bar_t = 1 / (1 + t * t), bar_s = 1 / (1 + s * s);
  const double beta = 1 - bar_t / bar_s, posterior = beta * (1 - bar_s) / (1 - bar_t);
  const auto variance = [&](Variance kind, double fraction) {
    Second second(fraction);
    PictureNoise noise(seeds(8), kShape);
    Observer silent;
    ancestral(second, at::zeros({8, 3, 24, 24}), {t, s, 0}, {}, kind, noise, silent);
    return second.seen.var().item<double>() * bar_s;
  };
  EXPECT_NEAR(variance(Variance::beta, 0) / beta, 1, 0.03);
  EXPECT_NEAR(variance(Variance::posterior, 0) / posterior, 1, 0.03);
  EXPECT_NEAR(variance(Variance::learned, 0) / posterior, 1, 0.03);
  EXPECT_NEAR(variance(Variance::learned, 1) / beta, 1, 0.03);
  EXPECT_NEAR(variance(Variance::learned, 0.5) / std::sqrt(beta * posterior), 1, 0.03);
}

TEST(Solvers, PictureDoesNotDependOnItsBatch) {
  const AnalyticGaussian data;
  for (const auto solver : {Solver::ancestral_beta, Solver::ddim, Solver::ddim_noisy}) {
    const auto all = paint(solver, data, walk(10), seeds(4, 100)), one = paint(solver, data, walk(10), {102});
    EXPECT_LT((all[2] - one[0]).abs().max().item<double>(), 1e-6);
  }
}

TEST(Solvers, ReportEveryStepAndStopWhenAsked) {
  struct Counting : Observer {
    int64_t steps = 0, total = 0, stop_at = 1000;
    void on_progress(const Progress& p) override {
      steps = p.step;
      total = p.total;
    }
    bool stop_requested() override { return steps >= stop_at; }
  };
  const AnalyticGaussian data;
  for (const auto solver : {Solver::ancestral_beta, Solver::ddim}) {
    Counting whole;
    paint(solver, data, walk(12), seeds(1), whole);
    EXPECT_EQ(whole.steps, 12);
    EXPECT_EQ(whole.total, 12);
    Counting part;
    part.stop_at = 5;
    const auto kept = paint(solver, data, walk(12), seeds(1), part);
    EXPECT_EQ(part.steps, 5);
    EXPECT_EQ(kept.sizes(), at::IntArrayRef({1, 3, 24, 24}));
  }
}

}  // namespace
}  // namespace inkstone
