// How far a figure would move had other pictures been drawn: the percentile bootstrap. Efron and Tibshirani, "An introduction to
// the bootstrap" (1993), section 13.3.
#pragma once

#include <cstdint>
#include <functional>

#include <ATen/core/Tensor.h>

namespace inkstone {

struct Interval {
  double low = 0, high = 0;
};

struct BootstrapOptions {
  int64_t resamples = 200;
  double confidence = 0.95;
  uint64_t seed = 0;
};

// Samples `count` numbers in [0, count) with replacement, options.resamples times; statistic takes int64 [count] and gives a
// figure. value is the figure of all samples. A resample repeats pictures, which pushes FID and the like in one direction: the
// interval is therefore that of the resampled figures moved so that their mean is value. With fewer than two resamples it is
// {value, value}.
Interval bootstrap(int64_t count, double value, const BootstrapOptions& options,
                   const std::function<double(const at::Tensor& picked)>& statistic);

// For a figure that is a mean of one number per sample, float64 [N].
Interval bootstrap_mean(const at::Tensor& per_sample, const BootstrapOptions& options);

}  // namespace inkstone
