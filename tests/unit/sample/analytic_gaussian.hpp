// A data distribution whose denoiser is known exactly: every value normal with one mean and deviation. What solvers are held to.
#pragma once

#include <ATen/ATen.h>

#include "sample/denoiser.hpp"

namespace inkstone {

struct AnalyticGaussian : Denoiser {
  double mean = 0.3, deviation = 0.5;
  double fraction = -1;  // learned variance said, where not negative

  // E[x0 | x0 + sigma epsilon = x]
  Denoised denoise(const at::Tensor& x, double sigma, const Condition&) const override {
    const double data = deviation * deviation, noise = sigma * sigma;
    return {(data * x + noise * mean) / (data + noise), fraction < 0 ? at::Tensor() : at::full_like(x, fraction)};
  }
};

}  // namespace inkstone
