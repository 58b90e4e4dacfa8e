#include "sample/flow.hpp"

#include <algorithm>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "sample/schedules.hpp"
#include "sample/solvers/table.hpp"
#include "tensor/noise.hpp"

namespace inkstone {
namespace {

constexpr double kMean = 0.3, kDeviation = 0.5;

// The velocity E[epsilon - x0 | x_t] of normal data, as a network that is told 1000 t.
at::Tensor velocity(const at::Tensor& x, const at::Tensor& time, const Condition&) {
  const double t = time[0].item<double>() / 1000, signal = (1 - t) * kDeviation * kDeviation, total = signal * (1 - t) + t * t;
  const auto x0 = kMean + signal / total * (x - (1 - t) * kMean);
  return (x - x0) / t;
}

TEST(Flow, TheDenoiserIsOneInBothFrames) {
  const auto x0 = at::randn({2, 1, 3, 3}), epsilon = at::randn({2, 1, 3, 3});
  const auto said = [&](const at::Tensor&, const at::Tensor& time, const Condition&) {
    EXPECT_NEAR(time[0].item<double>(), 250, 1e-3);
    return epsilon - x0;
  };
  const double t = 0.25, sigma = t / (1 - t);
  EXPECT_TRUE(at::allclose((*flow_denoiser(said))((1 - t) * x0 + t * epsilon, t, {}), x0, 1e-4, 1e-5));
  EXPECT_TRUE(at::allclose((*flow_denoiser_unscaled(said))(x0 + sigma * epsilon, sigma, {}), x0, 1e-4, 1e-5));
}

TEST(Flow, EverySolverPaintsAFlow) {
  const auto noise = latents_of({1, 2}, {1, 8, 8});
  const auto exact = kMean + kDeviation * noise;
  Observer silent;
  const Condition nothing;
  const auto error = [&](const char* name, int64_t n) {
    const auto& solver = *solver_named(name).solver;
    const auto times = flow_sigmas(n, 3);
    const auto sigmas = solver.flow ? times : unscaled_sigmas(times);
    const auto model = solver.flow ? flow_denoiser(velocity) : flow_denoiser_unscaled(velocity);
    PictureNoise fresh({1, 2}, {1, 8, 8});
    const auto start = solver.flow ? noise : noise * (1 + sigmas[0]);  // x_t / (1 - t), and t is as good as 1
    return (solver.run({*model, sigmas, nothing, fresh, silent}, start) - exact).abs().max().item<double>();
  };
  for (const char* name : {"flow_euler", "flow_heun", "euler", "dpm++2m", "unipc"}) {
    EXPECT_LT(error(name, 240), 0.03) << name;
    EXPECT_LT(error(name, 240), std::max(1e-3, 0.35 * error(name, 60))) << name;  // float32 has its own part
  }
}

}  // namespace
}  // namespace inkstone
