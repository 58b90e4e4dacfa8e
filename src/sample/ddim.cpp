#include "sample/ddim.hpp"

#include <cmath>

#include <ATen/ATen.h>

#include "sample/solver_step.hpp"

namespace inkstone {

// In x / sqrt(alpha_bar), where the noise level is sigma: equation 12 of the paper divided by sqrt(alpha_bar_s), with its
// equation 16 for the part `fresh` of the next noise that is drawn anew.
at::Tensor ddim(const Denoiser& denoiser, at::Tensor x, const std::vector<double>& sigmas, const Condition& condition, double eta,
                PictureNoise& noise, Observer& observer) {
  for (size_t i = 0; i + 1 < sigmas.size(); ++i) {
    const double sigma = sigmas[i], next = sigmas[i + 1];
    const auto x0 = denoiser(x, sigma, condition);
    if (!go_on(observer, i, sigmas) || next == 0) return x0;
    const double fresh = eta * next * std::sqrt(1 - next * next / (sigma * sigma));
    const auto epsilon = (x - x0) / sigma;
    x = x0 + std::sqrt(next * next - fresh * fresh) * epsilon;
    if (fresh > 0) x += fresh * noise.next();
  }
  return x;
}

}  // namespace inkstone
