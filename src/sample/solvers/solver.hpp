// What a solver is given, and what it is: a function that walks x along falling noise levels. All of them walk in the frame
// x = x0 + sigma epsilon, where a network of any kind is a Denoiser, d = (x - D(x, sigma)) / sigma is the slope of the
// probability flow (Karras et al. 2022, equation 3) and lambda = -ln sigma is half the logarithm of the signal-to-noise ratio,
// the time of DPM-Solver (Lu et al. 2022).
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include <ATen/TensorOperators.h>

#include "inkstone/observer.hpp"
#include "sample/ancestral.hpp"
#include "sample/brownian_path.hpp"
#include "sample/denoiser.hpp"
#include "sample/picture_noise.hpp"
#include "sample/solver_step.hpp"

namespace inkstone {

// Xu et al. 2023: each time sigma has come down to `least`, noise takes it up to `most`, and `steps` lead down again.
struct RestartInterval {
  double least = 0.1, most = 2;
  int64_t steps = 9, times = 1;
};

// One struct for all: a solver reads what it knows.
struct SolverOptions {
  // Share of fresh noise, from 0 (none) to 1 (the variance of the process); each solver has its own default.
  std::optional<double> eta = {};
  // Algorithm 2 of Karras et al. 2022 (euler, heun, dpm2): noise that is added before steps from s_tmin to s_tmax.
  double s_churn = 0, s_tmin = 0, s_tmax = std::numeric_limits<double>::infinity();
  double s_noise = 1;             // factor on all noise drawn on the way
  int order = 0;                  // of multistep solvers; 0: each one's own
  bool lower_order_final = true;  // multistep solvers end in low order where there are under 15 steps
  std::size_t planned = 0;        // of these 15, where the walk is the rest of a longer one (cut); 0: it is whole
  bool heun = false;              // DPM-Solver++: exact integrals in place of the midpoint (and, in 3m, of what is customary)
  bool bh1 = false;               // unipc: B(h) = h in place of exp(h) - 1
  Variance variance = Variance::posterior;  // ddpm
  const NoiseSchedule* schedule = nullptr;  // tcd: the steps that its network was distilled on
  RestartInterval restart = {};
  // Where given, ancestral and SDE solvers take their noise from it in place of the generators of the pictures.
  const BrownianPath* path = nullptr;
};

struct Sampling {
  const Denoiser& denoiser;
  const std::vector<double>& sigmas;  // falling, above 0; the last may be 0, which ends in the estimate of x0
  const Condition& condition;
  PictureNoise& noise;
  Observer& observer;
  SolverOptions options = {};

  std::size_t steps() const { return sigmas.size() - 1; }
  bool few_steps() const { return std::max(steps(), options.planned) < 15; }
  // Whether multistep solvers take step i in first order because it is the last of few.
  bool ends_low(std::size_t i) const { return options.lower_order_final && few_steps() && i + 1 == steps(); }
  at::Tensor denoise(const at::Tensor& x, double sigma) const { return denoiser(x, sigma, condition); }
  at::Tensor fresh() const { return noise.next() * options.s_noise; }
  // For a step down between two levels.
  at::Tensor fresh(double from, double to) const {
    return options.path == nullptr ? fresh() : options.path->between(from, to) * options.s_noise;
  }
  bool go_on(std::size_t i) const { return inkstone::go_on(observer, i, sigmas); }
};

// x = x0 + sigmas[0] epsilon, [N,C,H,W]. Returns x at the last sigma; stopped by the observer, the latest estimate of x0.
using Solver = at::Tensor (*)(const Sampling& s, at::Tensor x);

inline double lambda_of(double sigma) {
  return -std::log(sigma);
}

// The straight line through x and x0, at noise level `to`: exact where `to` is 0.
inline at::Tensor along(const at::Tensor& x, const at::Tensor& x0, double from, double to) {
  return to == 0 ? x0 : x0 + to / from * (x - x0);
}

// A step of part noise: the flow goes down to `down`, and noise of deviation `up` takes it to the next level.
struct AncestralStep {
  double down, up;
};
AncestralStep ancestral_step(double sigma, double next, double eta);

// Raises x from sigmas[i] by the churn that the options ask for; returns the level reached.
double churn(const Sampling& s, std::size_t i, at::Tensor& x);

// One Heun step between two levels; x0, where given, is the estimate at `sigma`.
at::Tensor heun_step(const Sampling& s, const at::Tensor& x, const at::Tensor& x0, double sigma, double next);

}  // namespace inkstone
