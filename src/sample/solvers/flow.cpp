#include "sample/solvers/solvers.hpp"

#include <ATen/ATen.h>

namespace inkstone::solvers {

// d x / d t = v, and v = (x - x0) / t: the straight line of Euler's step is the same as where noise is added to an unscaled
// signal.
at::Tensor flow_euler(const Sampling& s, at::Tensor x) {
  for (std::size_t i = 0; i < s.steps(); ++i) {
    const auto x0 = s.denoise(x, s.sigmas[i]);
    if (!s.go_on(i)) return x0;
    x = along(x, x0, s.sigmas[i], s.sigmas[i + 1]);
  }
  return x;
}

at::Tensor flow_heun(const Sampling& s, at::Tensor x) {
  for (std::size_t i = 0; i < s.steps(); ++i) {
    const auto x0 = s.denoise(x, s.sigmas[i]);
    if (!s.go_on(i)) return x0;
    x = heun_step(s, x, x0, s.sigmas[i], s.sigmas[i + 1]);
  }
  return x;
}

}  // namespace inkstone::solvers
