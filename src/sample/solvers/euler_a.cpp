#include "sample/solvers/solvers.hpp"

#include <ATen/ATen.h>

namespace inkstone::solvers {

at::Tensor euler_a(const Sampling& s, at::Tensor x) {
  for (std::size_t i = 0; i < s.steps(); ++i) {
    const double sigma = s.sigmas[i], next = s.sigmas[i + 1];
    const auto [down, up] = ancestral_step(sigma, next, s.options.eta.value_or(1));
    const auto x0 = s.denoise(x, sigma);
    if (!s.go_on(i)) return x0;
    x = along(x, x0, sigma, down);
    if (up > 0) x = x + up * s.fresh(sigma, next);
  }
  return x;
}

}  // namespace inkstone::solvers
