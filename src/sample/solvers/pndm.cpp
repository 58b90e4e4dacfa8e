#include "sample/solvers/solvers.hpp"

#include <ATen/ATen.h>

namespace inkstone::solvers {

namespace {

// Adams and Bashforth for equal steps, over the latest four slopes; the newest is first.
at::Tensor equal_steps(const std::vector<at::Tensor>& e) {
  if (e.size() == 1) return e[0];
  if (e.size() == 2) return (3 * e[0] - e[1]) / 2;
  if (e.size() == 3) return (23 * e[0] - 16 * e[1] + 5 * e[2]) / 12;
  return (55 * e[0] - 59 * e[1] + 37 * e[2] - 9 * e[3]) / 24;
}

void remember_slope(std::vector<at::Tensor>& e, const at::Tensor& slope) {
  e.insert(e.begin(), slope);
  if (e.size() > 4) e.pop_back();
}

}  // namespace

// Equation 11 of Liu et al. 2022 is, divided by sqrt(alpha_bar), a step of length sigma_{i+1} - sigma_i along epsilon. The first
// step is Heun's, so there is one evaluation more than there are steps.
at::Tensor pndm(const Sampling& s, at::Tensor x) {
  std::vector<at::Tensor> e;
  for (std::size_t i = 0; i < s.steps(); ++i) {
    const double sigma = s.sigmas[i], next = s.sigmas[i + 1];
    const auto x0 = s.denoise(x, sigma);
    if (!s.go_on(i)) return x0;
    remember_slope(e, (x - x0) / sigma);
    x = i == 0 ? heun_step(s, x, x0, sigma, next) : x + (next - sigma) * equal_steps(e);
  }
  return x;
}

at::Tensor ipndm(const Sampling& s, at::Tensor x) {
  std::vector<at::Tensor> e;
  for (std::size_t i = 0; i < s.steps(); ++i) {
    const double sigma = s.sigmas[i], next = s.sigmas[i + 1];
    const auto x0 = s.denoise(x, sigma);
    if (!s.go_on(i)) return x0;
    remember_slope(e, (x - x0) / sigma);
    x = x + (next - sigma) * equal_steps(e);
  }
  return x;
}

}  // namespace inkstone::solvers
