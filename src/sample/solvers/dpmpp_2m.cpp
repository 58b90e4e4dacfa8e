#include "sample/solvers/solvers.hpp"

#include <ATen/ATen.h>

namespace inkstone::solvers {

// Equation of algorithm 2 of Lu et al. 2022b: the estimate of the step before gives x0 a slope in lambda.
at::Tensor dpmpp_2m(const Sampling& s, at::Tensor x) {
  at::Tensor m1;
  for (std::size_t i = 0; i < s.steps(); ++i) {
    const double sigma = s.sigmas[i], next = s.sigmas[i + 1];
    const auto m0 = s.denoise(x, sigma);
    if (!s.go_on(i)) return m0;
    x = along(x, m0, sigma, next);
    if (m1.defined() && next > 0) {
      const double h = lambda_of(next) - lambda_of(sigma), r = (lambda_of(sigma) - lambda_of(s.sigmas[i - 1])) / h;
      const double part = s.options.heun ? 1 + std::expm1(-h) / h : -0.5 * std::expm1(-h);
      x = x + part / r * (m0 - m1);
    }
    m1 = m0;
  }
  return x;
}

}  // namespace inkstone::solvers
