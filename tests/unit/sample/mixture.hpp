// A mixture of two normal distributions, value by value: its denoiser is known, and so is where the probability flow leads, since
// a flow in one dimension keeps every value's quantile. In float64. The standard that solvers are held to.
#pragma once

#include <cmath>

#include <ATen/ATen.h>

#include "sample/denoiser.hpp"

namespace inkstone {

struct Mixture : Denoiser {
  double deviation = 0.35, low = -0.6, high = 0.9;

  Denoised denoise(const at::Tensor& x, double sigma, const Condition&) const override {
    const double total = deviation * deviation + sigma * sigma;
    const auto posterior = [&](double mean) { return (deviation * deviation * x + sigma * sigma * mean) / total; };
    const auto of_high = at::sigmoid(((x - low).square() - (x - high).square()) / (2 * total));
    return {posterior(low) + of_high * (posterior(high) - posterior(low)), {}};
  }

  double mean() const { return (low + high) / 2; }
  double variance() const { return deviation * deviation + (high - low) * (high - low) / 4; }

  // P(x0 + sigma epsilon < x)
  double distribution(double x, double sigma) const {
    const double scale = std::sqrt(2 * (deviation * deviation + sigma * sigma));
    return (std::erfc((low - x) / scale) + std::erfc((high - x) / scale)) / 4;
  }

  // Where the flow from x at `from` is at `to`.
  double flowed(double x, double from, double to) const {
    const double p = distribution(x, from);
    double below = -200, above = 200;
    for (int i = 0; i < 200; ++i) {
      const double middle = (below + above) / 2;
      (distribution(middle, to) < p ? below : above) = middle;
    }
    return (below + above) / 2;
  }
};

}  // namespace inkstone
