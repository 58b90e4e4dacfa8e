#include "sample/solvers/solvers.hpp"

#include <ATen/ATen.h>

namespace inkstone::solvers {

namespace {

struct Estimates {
  at::Tensor m0, m1, m2;
  double r0 = 0, r1 = 0;  // steps before, in steps of now
};

// h times the first derivative of x0 in lambda and half of h^2 times the second, from the estimates at hand.
std::pair<at::Tensor, at::Tensor> slopes(const Estimates& e) {
  const auto near = (e.m0 - e.m1) / e.r0;
  if (!e.m2.defined()) return {near, {}};
  const auto far = (e.m1 - e.m2) / e.r1, bend = (near - far) / (e.r0 + e.r1);
  return {near + e.r0 * bend, bend};
}

}  // namespace

// The integral of a parabola has 2 phi_3 before half the second derivative. The authors' code, and all that follow it, have
// phi_3: what they paint is the default here, an order of 2; the option `heun` gives the exact coefficient and its order of 3.
at::Tensor dpmpp_3m(const Sampling& s, at::Tensor x) {
  const double curvature = s.options.heun ? 2 : 1;
  Estimates e;
  double h0 = 0, h1 = 0;
  for (std::size_t i = 0; i < s.steps(); ++i) {
    const double sigma = s.sigmas[i], next = s.sigmas[i + 1], h = lambda_of(next) - lambda_of(sigma);
    e.m0 = s.denoise(x, sigma);
    if (!s.go_on(i)) return e.m0;
    x = along(x, e.m0, sigma, next);
    if (e.m1.defined() && next > 0 && !s.ends_low(i)) {
      auto used = e;
      if (s.ends_low(i + 1)) used.m2 = at::Tensor();
      used.r0 = h0 / h, used.r1 = h1 / h;
      const auto [d1, d2] = slopes(used);
      const double phi2 = 1 + std::expm1(-h) / h, phi3 = phi2 / h - 0.5;
      x = x + (d2.defined() ? phi2 : s.options.heun ? phi2 : -0.5 * std::expm1(-h)) * d1;
      if (d2.defined()) x = x - curvature * phi3 * d2;
    }
    e.m2 = e.m1, e.m1 = e.m0, h1 = h0, h0 = h;
  }
  return x;
}

// The same over h (1 + eta), with the variance that the SDE adds in h.
at::Tensor dpmpp_3m_sde(const Sampling& s, at::Tensor x) {
  const double eta = s.options.eta.value_or(1), curvature = s.options.heun ? 2 : 1;
  Estimates e;
  double h0 = 0, h1 = 0;
  for (std::size_t i = 0; i < s.steps(); ++i) {
    const double sigma = s.sigmas[i], next = s.sigmas[i + 1], h = lambda_of(next) - lambda_of(sigma), whole = h * (1 + eta);
    e.m0 = s.denoise(x, sigma);
    if (!s.go_on(i) || next == 0) return e.m0;
    x = e.m0 + std::exp(-whole) * (x - e.m0);
    if (e.m1.defined()) {
      e.r0 = h0 / h, e.r1 = h1 / h;
      const auto [d1, d2] = slopes(e);
      const double phi2 = 1 + std::expm1(-whole) / whole, phi3 = phi2 / whole - 0.5;
      x = x + phi2 * d1;
      if (d2.defined()) x = x - curvature * phi3 * d2;
    }
    if (eta > 0) x = x + next * std::sqrt(-std::expm1(-2 * h * eta)) * s.fresh(sigma, next);
    e.m2 = e.m1, e.m1 = e.m0, h1 = h0, h0 = h;
  }
  return x;
}

}  // namespace inkstone::solvers
