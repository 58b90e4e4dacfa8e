#include "eval/bootstrap.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include <ATen/ATen.h>

#include "tensor/noise.hpp"

namespace inkstone {
namespace {

// Linear interpolation between order statistics, as numpy.quantile.
double quantile(const std::vector<double>& sorted, double q) {
  const double place = q * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const auto above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

}  // namespace

Interval bootstrap(int64_t count, double value, const BootstrapOptions& options,
                   const std::function<double(const at::Tensor& picked)>& statistic) {
  if (options.resamples < 2 || count < 2 || !std::isfinite(value)) return {value, value};
  auto generator = generator_of(options.seed);
  std::vector<double> found;
  for (int64_t i = 0; i < options.resamples; ++i)
    found.push_back(statistic(at::randint(0, count, {count}, generator, at::kLong)));
  std::sort(found.begin(), found.end());
  const double shift = value - std::accumulate(found.begin(), found.end(), 0.0) / static_cast<double>(found.size());
  const double tail = (1 - options.confidence) / 2;
  return {quantile(found, tail) + shift, quantile(found, 1 - tail) + shift};
}

Interval bootstrap_mean(const at::Tensor& per_sample, const BootstrapOptions& options) {
  const auto values = per_sample.to(at::kDouble);
  return bootstrap(values.size(0), values.mean().item<double>(), options,
                   [&](const at::Tensor& picked) { return values.index_select(0, picked).mean().item<double>(); });
}

}  // namespace inkstone
