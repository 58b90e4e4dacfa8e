#include "sample/solvers/solvers.hpp"

#include <algorithm>

#include <ATen/ATen.h>

#include "inkstone/error.hpp"

namespace inkstone::solvers {

// A consistency model says x0 at once; every step but the last noises it anew. (Its boundary scaling, c_skip below 1e-5 at all
// steps that distilled networks know, is left out.)
at::Tensor lcm(const Sampling& s, at::Tensor x) {
  for (std::size_t i = 0; i < s.steps(); ++i) {
    const auto x0 = s.denoise(x, s.sigmas[i]);
    if (!s.go_on(i) || i + 1 == s.steps()) return x0;
    x = x0 + s.sigmas[i + 1] * s.fresh();
  }
  return x;
}

// Trajectory consistency: the network leads to a step s' below the next, (1 - gamma) of it, and noise leads back up.
at::Tensor tcd(const Sampling& s, at::Tensor x) {
  const double gamma = s.options.eta.value_or(0.3);
  if (s.options.schedule == nullptr)
    throw Error(ErrorCategory::bad_argument, "tcd needs the noise schedule that its model was trained on");
  for (std::size_t i = 0; i < s.steps(); ++i) {
    const double sigma = s.sigmas[i], next = s.sigmas[i + 1];
    const auto x0 = s.denoise(x, sigma);
    if (!s.go_on(i) || next == 0) return x0;
    const double time = std::round(s.options.schedule->time_of(next) * 1e6) / 1e6;
    const double deep = s.options.schedule->sigma(static_cast<int64_t>(std::floor((1 - gamma) * time)));
    x = along(x, x0, sigma, std::min(deep, next));
    if (gamma > 0 && i + 1 < s.steps() && deep < next) x = x + std::sqrt(next * next - deep * deep) * s.fresh();
  }
  return x;
}

}  // namespace inkstone::solvers
