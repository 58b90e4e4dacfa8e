#include "sample/solvers/solvers.hpp"

#include <ATen/ATen.h>

namespace inkstone::solvers {

// Heun's method; each time sigma falls to the lower end of the interval, noise takes it to the upper end, whence it walks down
// again: errors of the walk so far are mixed away by the noise.
at::Tensor restart(const Sampling& s, at::Tensor x) {
  const auto& interval = s.options.restart;
  const auto again = karras_sigmas(interval.steps, interval.least, interval.most);
  for (std::size_t i = 0; i < s.steps(); ++i) {
    const double sigma = s.sigmas[i], next = s.sigmas[i + 1];
    const auto x0 = s.denoise(x, sigma);
    if (!s.go_on(i)) return x0;
    x = heun_step(s, x, x0, sigma, next);
    if (!(sigma > interval.least && next <= interval.least) || next == 0) continue;
    for (int64_t round = 0; round < interval.times; ++round) {
      x = x + std::sqrt(interval.most * interval.most - next * next) * s.fresh();
      for (std::size_t k = 0; k + 1 < again.size(); ++k) {
        const double down = k + 2 == again.size() ? next : again[k + 1];
        x = heun_step(s, x, s.denoise(x, again[k]), again[k], down);
      }
    }
  }
  return x;
}

}  // namespace inkstone::solvers
