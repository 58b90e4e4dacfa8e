// How much noise a variance-preserving process has at each of its steps: q(x_t | x_0) = N(sqrt(alpha_bar_t) x_0, 1 -
// alpha_bar_t). In float64: near the ends alpha_bar and 1 - alpha_bar lose all digits in float32.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

namespace inkstone {

struct NoiseSchedule {
  std::vector<double> beta, alpha_bar;  // T values; index t of the code is step t + 1 of the paper

  int64_t steps() const { return static_cast<int64_t>(beta.size()); }
  double alpha_bar_before(int64_t t) const { return t > 0 ? alpha_bar[t - 1] : 1; }
  // Noise over signal, sqrt((1 - alpha_bar) / alpha_bar): x_t / sqrt(alpha_bar_t) = x_0 + sigma epsilon.
  double sigma(int64_t t) const;
  // The step, with a fraction, that has this sigma: interpolated in ln sigma; ends at 0 and T - 1.
  double time_of(double sigma) const;
  // alpha_bar at each of `times` (int64 [N]) -> float64 [N] on the device of times.
  at::Tensor alpha_bar_at(const at::Tensor& times) const;
};

// Throws bad_argument unless 0 < first <= last < 1 and steps is at least 2.
NoiseSchedule linear_schedule(int64_t steps = 1000, double first = 1e-4, double last = 0.02);  // Ho et al. 2020
NoiseSchedule cosine_schedule(int64_t steps = 1000);  // Nichol and Dhariwal 2021: s = 0.008, beta at most 0.999
// sqrt(beta) rises evenly: latent diffusion (Rombach et al. 2022) and Stable Diffusion.
NoiseSchedule scaled_linear_schedule(int64_t steps = 1000, double first = 0.00085, double last = 0.012);
// As a file may list them; each in (0,1).
NoiseSchedule schedule_of_betas(std::vector<double> beta);
// "linear" (beta scaled by 1000 / steps), "cosine" or "scaled_linear".
NoiseSchedule schedule_named(const std::string& name, int64_t steps);

// The last step made pure noise (Lin et al. 2023, algorithm 1): sqrt(alpha_bar) shifted to end at 0 and scaled to begin where it
// did. The last alpha_bar is held at 2^-24, so that sigma stays finite (4096).
NoiseSchedule zero_terminal_snr(const NoiseSchedule& schedule);

// `count` steps of a schedule of `total` from the noisiest down, evenly spaced: 0 comes last. count <= total.
std::vector<int64_t> spaced_times(int64_t total, int64_t count, const std::string& spacing = "linspace");

// Their sigmas, with 0 at the end: what solvers walk along.
std::vector<double> sigmas_of(const NoiseSchedule& schedule, const std::vector<int64_t>& times);

// count sigmas from most to least and 0: equally spaced in sigma^(1/rho) (Karras et al. 2022, equation 5).
std::vector<double> karras_sigmas(int64_t count, double least = 0.002, double most = 80, double rho = 7);

}  // namespace inkstone
