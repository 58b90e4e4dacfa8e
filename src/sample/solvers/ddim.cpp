#include "sample/ddim.hpp"
#include "sample/solvers/solvers.hpp"

namespace inkstone::solvers {

at::Tensor ddim(const Sampling& s, at::Tensor x) {
  return inkstone::ddim(s.denoiser, std::move(x), s.sigmas, s.condition, s.options.eta.value_or(0), s.noise, s.observer);
}

}  // namespace inkstone::solvers
