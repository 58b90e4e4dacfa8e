#include "eval/path_length.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include <ATen/ATen.h>

#include "inkstone/error.hpp"
#include "tensor/noise.hpp"
#include "tensor/slerp.hpp"

namespace inkstone {
namespace {

at::Tensor in_unit_range(const at::Tensor& pictures) {
  return ((pictures.to(at::kCPU, at::kFloat) + 1) / 2).clamp(0, 1);
}

std::vector<int64_t> with_count(int64_t count, const std::vector<int64_t>& shape) {
  std::vector<int64_t> sizes = {count};
  sizes.insert(sizes.end(), shape.begin(), shape.end());
  return sizes;
}

}  // namespace

at::Tensor without_extremes(const at::Tensor& lengths) {
  const auto sorted = std::get<0>(lengths.to(at::kDouble).sort());
  const double last = static_cast<double>(sorted.size(0) - 1);
  const auto low = static_cast<int64_t>(std::floor(0.01 * last)), high = static_cast<int64_t>(std::ceil(0.99 * last));
  // equal values at the ends all stay, as where percentiles are compared
  return sorted.masked_select((sorted >= sorted[low]).logical_and(sorted <= sorted[high]));
}

PathLength perceptual_path_length(const LatentPainter& paint, const std::vector<int64_t>& latent_shape,
                                  const PairDistance& distance, const PathLengthOptions& options, Observer& observer) {
  if (options.paths < 2) throw Error(ErrorCategory::bad_argument, "the perceptual path length needs at least two paths");
  auto generator = generator_of(options.seed);
  std::vector<at::Tensor> found;
  for (int64_t done = 0; done < options.paths; done += options.batch) {
    if (observer.stop_requested()) throw Error(ErrorCategory::cancelled, "stopped while measuring the perceptual path length");
    const int64_t count = std::min(options.batch, options.paths - done);
    const auto a = at::randn(with_count(count, latent_shape), generator),
               b = at::randn(with_count(count, latent_shape), generator);
    const auto t = options.whole_path ? at::rand({count}, generator, at::kDouble) : at::zeros({count}, at::kDouble);
    // one call for both ends, so that a network sees them under the same arithmetic
    const auto pictures = in_unit_range(paint(at::cat({slerp(a, b, t), slerp(a, b, t + options.epsilon)})));
    found.push_back(distance(pictures.narrow(0, 0, count), pictures.narrow(0, count, count)).to(at::kDouble) /
                    (options.epsilon * options.epsilon));
    observer.on_progress({.stage = "path length", .step = done + count, .total = options.paths, .values = {}});
  }
  const auto kept = without_extremes(at::cat(found));
  return {kept.mean().item<double>(), kept};
}

}  // namespace inkstone
