#include "sample/solvers/solvers.hpp"

#include <ATen/ATen.h>

namespace inkstone::solvers {

// x_{i+1} = x_i + (sigma_{i+1} - sigma_i) d_i, an order of 1.
at::Tensor euler(const Sampling& s, at::Tensor x) {
  for (std::size_t i = 0; i < s.steps(); ++i) {
    const double sigma = churn(s, i, x);
    const auto x0 = s.denoise(x, sigma);
    if (!s.go_on(i)) return x0;
    x = along(x, x0, sigma, s.sigmas[i + 1]);
  }
  return x;
}

}  // namespace inkstone::solvers
