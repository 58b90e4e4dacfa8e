// Every solver of the table on distributions whose flow is known: orders of convergence, moments, batches, stopping.
#include <cmath>

#include <gtest/gtest.h>

#include "inkstone/error.hpp"
#include "sample/solvers/table.hpp"
#include "tensor/noise.hpp"
#include "unit/sample/mixture.hpp"

namespace inkstone {
namespace {

const std::vector<int64_t> kPicture = {2, 3, 4};

std::vector<uint64_t> seeds_from(uint64_t first, int64_t count) {
  std::vector<uint64_t> seeds(count);
  for (int64_t k = 0; k < count; ++k) seeds[k] = first + k;
  return seeds;
}

at::Tensor solve(const SolverEntry& solver, const Denoiser& d, const at::Tensor& x, const std::vector<double>& sigmas,
                 const std::vector<uint64_t>& seeds, SolverOptions options = {}) {
  static const auto schedule = scaled_linear_schedule();
  Observer silent;
  PictureNoise noise(seeds, x.sizes().slice(1));
  const Condition nothing;
  options.schedule = &schedule;
  return solver.run({d, sigmas, nothing, noise, silent, options}, x);
}

// From 5 down to 0.4, in steps of ln sigma that begin small: multistep solvers start with low orders, whose errors would else
// hide theirs.
std::vector<double> graded_levels(int64_t n) {
  std::vector<double> sigmas(n + 1);
  for (int64_t i = 0; i <= n; ++i)
    sigmas[i] = 5 * std::pow(0.4 / 5, std::pow(static_cast<double>(i) / static_cast<double>(n), 3));
  return sigmas;
}

double error_of(const SolverEntry& solver, int64_t n, SolverOptions options) {
  const Mixture data;
  const auto sigmas = graded_levels(n);
  const auto x = at::linspace(-7, 8, 16, at::kDouble).view({1, 1, 4, 4});
  auto exact = x.clone();
  double* values = exact.data_ptr<double>();
  for (int64_t k = 0; k < 16; ++k) values[k] = data.flowed(values[k], sigmas.front(), sigmas.back());
  return (solve(solver, data, x, sigmas, {1}, options) - exact).norm().item<double>();
}

// By how much the error falls when steps are halved.
TEST(Orders, EverySolverReachesItsOrder) {
  for (const auto& solver : solver_table()) {
    if (solver.order == 0 || solver.flow) continue;
    SolverOptions options;
    options.lower_order_final = false;
    const double slope = std::log2(error_of(solver, 64, options) / error_of(solver, 128, options));
    EXPECT_GT(slope, solver.order - 0.3) << solver.name;
    EXPECT_LT(slope, solver.order + 0.9) << solver.name;
  }
}

TEST(Orders, AncestralSolversWithoutNoiseReachTheirs) {
  SolverOptions still;
  still.eta = 0;
  const std::pair<const char*, int> expected[] = {{"euler_a", 1},  {"dpm2_a", 2},      {"dpm++2s_a", 2},
                                                  {"dpm++sde", 2}, {"dpm++2m_sde", 2}, {"dpm++3m_sde", 2}};
  for (const auto& [name, order] : expected) {
    const auto& solver = *solver_named(name).solver;
    EXPECT_NEAR(std::log2(error_of(solver, 64, still) / error_of(solver, 128, still)), order, 0.5) << name;
  }
}

TEST(Orders, OptionsRaiseTheOrder) {
  SolverOptions third;
  third.order = 3;
  third.lower_order_final = false;
  const std::pair<const char*, int> expected[] = {{"lms", 3}, {"deis", 3}, {"unipc", 4}};
  for (const auto& [name, order] : expected) {
    const auto& solver = *solver_named(name).solver;
    EXPECT_NEAR(std::log2(error_of(solver, 64, third) / error_of(solver, 128, third)), order, 0.5) << name;
  }
  SolverOptions exact;
  exact.eta = 0;
  exact.heun = true;
  for (const char* name : {"dpm++3m", "dpm++3m_sde"}) {
    const auto& solver = *solver_named(name).solver;
    EXPECT_NEAR(std::log2(error_of(solver, 64, exact) / error_of(solver, 128, exact)), 3, 0.4) << name;
  }
}

TEST(Orders, SamplesHaveTheMomentsOfTheData) {
  const Mixture data;
  const auto schedule = scaled_linear_schedule();
  const auto path = trajectory("karras", schedule, 60);
  const auto seeds = seeds_from(0, 4);
  const std::vector<int64_t> shape = {1, 64, 64};
  for (const auto& solver : solver_table()) {
    if (solver.flow) continue;
    if (solver.name == "lcm" || solver.name == "tcd") continue;  // right for a consistency model's denoiser alone
    const auto x = solve(solver, data, path.start(latents_of(seeds, shape).to(at::kDouble)), path.sigmas, seeds);
    EXPECT_NEAR(x.mean().item<double>(), data.mean(), 0.03) << solver.name;
    EXPECT_NEAR(x.var().item<double>() / data.variance(), 1, 0.08) << solver.name;
  }
}

// lcm and tcd with the map that a perfect consistency model is: each value to the end of its flow.
TEST(Orders, ConsistencySolversSampleTheData) {
  struct Consistent : Denoiser {
    Mixture data;
    Denoised denoise(const at::Tensor& x, double sigma, const Condition&) const override {
      auto ends = x.clone();
      double* values = ends.data_ptr<double>();
      for (int64_t k = 0; k < ends.numel(); ++k) values[k] = data.flowed(values[k], sigma, 0);
      return {ends, {}};
    }
  };
  const Consistent model;
  const auto path = trajectory("leading", scaled_linear_schedule(), 4, {.grid = Grid::distilled});
  const auto x =
      solve(*solver_named("lcm").solver, model, at::randn({1, 1, 50, 50}, at::kDouble) * path.start_scale, path.sigmas, {3});
  EXPECT_NEAR(x.mean().item<double>(), model.data.mean(), 0.06);
  EXPECT_NEAR(x.var().item<double>() / model.data.variance(), 1, 0.1);
}

TEST(Orders, FlowSolversReachTheirs) {
  // Data normal with mean m and deviation d: x_t has mean (1 - t) m and variance (1 - t)^2 d^2 + t^2, and the flow keeps
  // quantiles.
  struct Straight : Denoiser {
    double mean = 0.3, deviation = 0.5;
    Denoised denoise(const at::Tensor& x, double t, const Condition&) const override {
      const double signal = (1 - t) * deviation * deviation, total = signal * (1 - t) + t * t;
      return {mean + signal / total * (x - (1 - t) * mean), {}};
    }
  };
  const Straight data;
  const auto x = at::linspace(-2, 2, 8, at::kDouble).view({1, 1, 2, 4});
  const auto error = [&](const char* name, int64_t n) {
    const auto got = solve(*solver_named(name).solver, data, x, flow_sigmas(n, 1, 1000000), {1});
    return (got - (data.mean + data.deviation * x)).norm().item<double>();
  };
  EXPECT_NEAR(std::log2(error("flow_euler", 40) / error("flow_euler", 80)), 1, 0.3);
  EXPECT_GT(std::log2(error("flow_heun", 40) / error("flow_heun", 80)), 1.7);
}

TEST(Orders, PictureDoesNotDependOnItsBatch) {
  const Mixture data;
  const auto path = trajectory("karras", scaled_linear_schedule(), 12);
  for (const auto& solver : solver_table()) {
    if (solver.flow) continue;
    SolverOptions options;
    options.s_churn = 2;
    const auto run = [&](const std::vector<uint64_t>& seeds) {
      return solve(solver, data, path.start(latents_of(seeds, kPicture)), path.sigmas, seeds, options);
    };
    EXPECT_LT((run({7, 8, 9})[1] - run({8})[0]).abs().max().item<double>(), 1e-5) << solver.name;
  }
}

TEST(Orders, EverySolverReportsItsStepsAndStops) {
  struct Counting : Observer {
    int64_t steps = 0, stop_at = 1000;
    void on_progress(const Progress& p) override { steps = p.step; }
    bool stop_requested() override { return steps >= stop_at; }
  };
  const Mixture data;
  const auto schedule = scaled_linear_schedule();
  const auto path = trajectory("karras", schedule, 6);
  const Condition nothing;
  for (const auto& solver : solver_table())
    for (const int64_t stop_at : {1000, 3}) {
      Counting observer;
      observer.stop_at = stop_at;
      PictureNoise noise({1}, kPicture);
      SolverOptions options;
      options.schedule = &schedule;
      const auto x = solver.run({data, path.sigmas, nothing, noise, observer, options}, path.start(latents_of({1}, kPicture)));
      EXPECT_EQ(observer.steps, std::min<int64_t>(stop_at, 6)) << solver.name;
      EXPECT_TRUE(at::isfinite(x).all().item<bool>()) << solver.name;
    }
}

TEST(SolverTable, KnowsTheSpellingsOfOtherTools) {
  const auto name_of = [](const std::string& name) { return std::string(solver_named(name).solver->name); };
  EXPECT_EQ(name_of("Euler a"), "euler_a");
  EXPECT_EQ(name_of("DPM++ 2M"), "dpm++2m");
  EXPECT_EQ(name_of("dpmpp_2m"), "dpm++2m");
  EXPECT_EQ(name_of("DPM++ 2S a"), "dpm++2s_a");
  EXPECT_EQ(name_of("EulerAncestralDiscreteScheduler"), "euler_a");
  EXPECT_EQ(name_of("UniPCMultistepScheduler"), "unipc");
  EXPECT_EQ(name_of("PLMS"), "pndm");
  EXPECT_EQ(name_of("DPM++ 3M SDE"), "dpm++3m_sde");
  for (const auto& solver : solver_table()) EXPECT_EQ(name_of(std::string(solver.name)), solver.name);
  const auto karras = solver_named("DPM++ 2M SDE Karras");
  EXPECT_EQ(karras.solver->name, "dpm++2m_sde");
  EXPECT_EQ(karras.schedule, "karras");
  EXPECT_EQ(solver_named("ddim_trailing").schedule, "trailing");
  EXPECT_FALSE(solver_named("euler").schedule);
}

TEST(SolverTable, UnknownNamesTheNearest) {
  try {
    solver_named("eulr_a");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), ErrorCategory::bad_argument);
    EXPECT_NE(std::string(error.what()).find("euler_a"), std::string::npos);
  }
  EXPECT_THROW(solver_named(""), Error);
  EXPECT_THROW(solver_named("karras"), Error);
}

}  // namespace
}  // namespace inkstone
