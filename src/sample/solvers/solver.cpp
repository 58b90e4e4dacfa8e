#include "sample/solvers/solver.hpp"

#include <algorithm>

#include <ATen/ATen.h>

namespace inkstone {

AncestralStep ancestral_step(double sigma, double next, double eta) {
  const double up = std::min(next, eta * next * std::sqrt(std::max(0.0, 1 - next * next / (sigma * sigma))));
  return {std::sqrt(next * next - up * up), up};
}

double churn(const Sampling& s, std::size_t i, at::Tensor& x) {
  const auto& o = s.options;
  const double sigma = s.sigmas[i];
  if (o.s_churn <= 0) return sigma;
  const auto epsilon = s.fresh();  // drawn in every step, so that s_tmin and s_tmax do not move the noise of the others
  if (sigma < o.s_tmin || sigma > o.s_tmax) return sigma;
  const double gamma = std::min(o.s_churn / static_cast<double>(s.steps()), std::sqrt(2.0) - 1);
  const double raised = sigma * (1 + gamma);
  x = x + std::sqrt(raised * raised - sigma * sigma) * epsilon;
  return raised;
}

}  // namespace inkstone
