#include "sample/solvers/solvers.hpp"

#include <ATen/ATen.h>

namespace inkstone::solvers {

// A step to the middle in lambda with its own noise; the estimate there makes the whole step from where it began.
at::Tensor dpmpp_sde(const Sampling& s, at::Tensor x) {
  const double eta = s.options.eta.value_or(1);
  for (std::size_t i = 0; i < s.steps(); ++i) {
    const double sigma = s.sigmas[i], next = s.sigmas[i + 1];
    const auto x0 = s.denoise(x, sigma);
    if (!s.go_on(i) || next == 0) return x0;
    const double middle = std::sqrt(sigma * next);
    const auto half = ancestral_step(sigma, middle, eta), whole = ancestral_step(sigma, next, eta);
    auto there = along(x, x0, sigma, half.down);
    if (half.up > 0) there = there + half.up * s.fresh(sigma, middle);
    x = along(x, s.denoise(there, middle), sigma, whole.down);
    if (whole.up > 0) x = x + whole.up * s.fresh(sigma, next);
  }
  return x;
}

at::Tensor dpmpp_2m_sde(const Sampling& s, at::Tensor x) {
  const double eta = s.options.eta.value_or(1);
  at::Tensor m1;
  double h0 = 0;
  for (std::size_t i = 0; i < s.steps(); ++i) {
    const double sigma = s.sigmas[i], next = s.sigmas[i + 1], h = lambda_of(next) - lambda_of(sigma), whole = h * (1 + eta);
    const auto m0 = s.denoise(x, sigma);
    if (!s.go_on(i) || next == 0) return m0;
    x = m0 + std::exp(-whole) * (x - m0);
    if (m1.defined()) {
      const double part = s.options.heun ? 1 + std::expm1(-whole) / whole : -0.5 * std::expm1(-whole);
      x = x + part * h / h0 * (m0 - m1);
    }
    if (eta > 0) x = x + next * std::sqrt(-std::expm1(-2 * h * eta)) * s.fresh(sigma, next);
    m1 = m0, h0 = h;
  }
  return x;
}

}  // namespace inkstone::solvers
