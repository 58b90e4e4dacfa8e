#include "sample/solvers/solvers.hpp"

#include <algorithm>

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
    if (m1.defined() && next > 0 && !s.ends_low(i)) {
      const double h = lambda_of(next) - lambda_of(sigma), r = (lambda_of(sigma) - lambda_of(s.sigmas[i - 1])) / h;
      const double part = s.options.heun ? 1 + std::expm1(-h) / h : -0.5 * std::expm1(-h);
      x = x + part / r * (m0 - m1);
    }
    m1 = m0;
  }
  return x;
}

// A variant that went from the AUTOMATIC1111 interface's discussions into sd-cli: the mean of this step and the last in place of
// h, their ratio turned so that it is above 1. On levels even in lambda it is the above; on others its order is 1.
at::Tensor dpmpp_2m_v2(const Sampling& s, at::Tensor x) {
  at::Tensor m1;
  for (std::size_t i = 0; i < s.steps(); ++i) {
    const double sigma = s.sigmas[i], next = s.sigmas[i + 1];
    const auto m0 = s.denoise(x, sigma);
    if (!s.go_on(i)) return m0;
    if (!m1.defined() || next == 0) {
      x = along(x, m0, sigma, next);
    } else {
      const double h = lambda_of(next) - lambda_of(sigma), last = lambda_of(sigma) - lambda_of(s.sigmas[i - 1]);
      const double r = std::max(h, last) / std::min(h, last);
      x = next / sigma * x - std::expm1(-(h + last) / 2) * (m0 + (m0 - m1) / (2 * r));
    }
    m1 = m0;
  }
  return x;
}

}  // namespace inkstone::solvers
