#include "sample/solvers/solvers.hpp"

#include <ATen/ATen.h>

namespace inkstone {

at::Tensor heun_step(const Sampling& s, const at::Tensor& x, const at::Tensor& x0, double sigma, double next) {
  const auto there = along(x, x0, sigma, next);
  if (next == 0) return there;
  const auto d = (x - x0) / sigma, d_there = (there - s.denoise(there, next)) / next;
  return x + (next - sigma) * (d + d_there) / 2;
}

namespace solvers {

// The trapezium over Euler's step, an order of 2.
at::Tensor heun(const Sampling& s, at::Tensor x) {
  for (std::size_t i = 0; i < s.steps(); ++i) {
    const double sigma = churn(s, i, x);
    const auto x0 = s.denoise(x, sigma);
    if (!s.go_on(i)) return x0;
    x = heun_step(s, x, x0, sigma, s.sigmas[i + 1]);
  }
  return x;
}

}  // namespace solvers
}  // namespace inkstone
