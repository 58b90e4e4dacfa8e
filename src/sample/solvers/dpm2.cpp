#include "sample/solvers/solvers.hpp"

#include <ATen/ATen.h>

namespace inkstone::solvers {

namespace {

// The slope half way in ln sigma carries the whole step.
at::Tensor midpoint_step(const Sampling& s, const at::Tensor& x, const at::Tensor& x0, double sigma, double next) {
  if (next == 0) return x0;
  const double middle = std::sqrt(sigma * next);
  const auto half = along(x, x0, sigma, middle);
  return x + (next - sigma) / middle * (half - s.denoise(half, middle));
}

}  // namespace

at::Tensor dpm2(const Sampling& s, at::Tensor x) {
  for (std::size_t i = 0; i < s.steps(); ++i) {
    const double sigma = churn(s, i, x);
    const auto x0 = s.denoise(x, sigma);
    if (!s.go_on(i)) return x0;
    x = midpoint_step(s, x, x0, sigma, s.sigmas[i + 1]);
  }
  return x;
}

at::Tensor dpm2_a(const Sampling& s, at::Tensor x) {
  for (std::size_t i = 0; i < s.steps(); ++i) {
    const double sigma = s.sigmas[i];
    const auto [down, up] = ancestral_step(sigma, s.sigmas[i + 1], s.options.eta.value_or(1));
    const auto x0 = s.denoise(x, sigma);
    if (!s.go_on(i)) return x0;
    x = midpoint_step(s, x, x0, sigma, down);
    if (up > 0) x = x + up * s.fresh(sigma, s.sigmas[i + 1]);
  }
  return x;
}

}  // namespace inkstone::solvers
