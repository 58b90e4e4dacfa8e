#include "sample/solvers/solvers.hpp"

#include <ATen/ATen.h>

namespace inkstone::solvers {

at::Tensor ddpm(const Sampling& s, at::Tensor x) {
  return ancestral(s.denoiser, std::move(x), s.sigmas, s.condition, s.options.variance, s.noise, s.observer);
}

}  // namespace inkstone::solvers
