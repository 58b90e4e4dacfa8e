#include "sample/solvers/solvers.hpp"

#include <ATen/ATen.h>

namespace inkstone::solvers {

at::Tensor dpmpp_2s_a(const Sampling& s, at::Tensor x) {
  for (std::size_t i = 0; i < s.steps(); ++i) {
    const double sigma = s.sigmas[i];
    const auto [down, up] = ancestral_step(sigma, s.sigmas[i + 1], s.options.eta.value_or(1));
    auto x0 = s.denoise(x, sigma);
    if (!s.go_on(i)) return x0;
    if (down > 0) {  // the estimate half way in lambda stands for the step
      const double middle = std::sqrt(sigma * down);
      x0 = s.denoise(along(x, x0, sigma, middle), middle);
    }
    x = along(x, x0, sigma, down);
    if (up > 0) x = x + up * s.fresh(sigma, s.sigmas[i + 1]);
  }
  return x;
}

// Pairs of steps: one of first order, then one of second order over both from where the pair began, by the slope of x0 in lambda.
at::Tensor dpmpp_2s(const Sampling& s, at::Tensor x) {
  at::Tensor start, m1;
  for (std::size_t i = 0; i < s.steps(); ++i) {
    const double sigma = s.sigmas[i], next = s.sigmas[i + 1];
    const auto m0 = s.denoise(x, sigma);
    if (!s.go_on(i)) return m0;
    const bool second = i % 2 == 1 && next > 0 && !(s.options.lower_order_final && i + 1 == s.steps());
    if (!second) {
      start = x;
      m1 = m0;
      x = along(x, m0, sigma, next);
      continue;
    }
    const double first = s.sigmas[i - 1], h = lambda_of(next) - lambda_of(first), r = (lambda_of(sigma) - lambda_of(first)) / h;
    const double part = s.options.heun ? 1 + std::expm1(-h) / h : -0.5 * std::expm1(-h);
    x = along(start, m1, first, next) + part / r * (m0 - m1);
  }
  return x;
}

}  // namespace inkstone::solvers
