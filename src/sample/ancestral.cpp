#include "sample/ancestral.hpp"

#include <cmath>

#include <ATen/ATen.h>

#include "sample/solver_step.hpp"

namespace inkstone {

at::Tensor ancestral(const Denoiser& denoiser, at::Tensor x, const std::vector<double>& sigmas, const Condition& condition,
                     Variance variance, PictureNoise& noise, Observer& observer) {
  const auto alpha_bar = [&](size_t i) { return 1 / (1 + sigmas[i] * sigmas[i]); };
  x = x * std::sqrt(alpha_bar(0));  // from here x_t = sqrt(alpha_bar) x0 + sqrt(1 - alpha_bar) epsilon
  at::Tensor x0;
  for (size_t i = 0; i + 1 < sigmas.size(); ++i) {
    const double bar_t = alpha_bar(i), bar_s = alpha_bar(i + 1);
    const double alpha = bar_t / bar_s, beta = 1 - alpha, posterior = beta * (1 - bar_s) / (1 - bar_t);
    const auto seen = denoiser.denoise(x / std::sqrt(bar_t), sigmas[i], condition);
    x0 = seen.x0;
    if (!go_on(observer, i, sigmas)) return x0;
    if (sigmas[i + 1] == 0) break;
    x = std::sqrt(bar_s) * beta / (1 - bar_t) * x0 + std::sqrt(alpha) * (1 - bar_s) / (1 - bar_t) * x;  // equation 7
    const auto z = noise.next();
    if (variance == Variance::learned && seen.variance.defined()) {
      x += (0.5 * (seen.variance * std::log(beta) + (1 - seen.variance) * std::log(posterior))).exp() *
           z;  // equation 15 of Nichol and Dhariwal
    } else {
      x += std::sqrt(variance == Variance::beta ? beta : posterior) * z;
    }
  }
  return x0;
}

}  // namespace inkstone
