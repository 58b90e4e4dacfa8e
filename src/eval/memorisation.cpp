#include "eval/memorisation.hpp"

#include <ATen/ATen.h>

#include "eval/nearest_rows.hpp"
#include "inkstone/error.hpp"

namespace inkstone {

Memorisation memorisation(const at::Tensor& samples, const at::Tensor& training, const at::Tensor& held_out, double quantile) {
  Memorisation found;
  found.from_held_out = held_out.defined() && held_out.size(0) > 0;
  auto usual = found.from_held_out ? nearest_rows(held_out, training).distances.select(1, 0) : distances_to_others(training);
  usual = usual.masked_select(usual.isfinite());
  if (usual.numel() == 0)
    throw Error(ErrorCategory::bad_argument,
                "what is a copy is told by how near different pictures lie; there is only one training picture");
  found.references = usual.numel();
  found.threshold = at::quantile(usual, quantile).item<double>();
  const auto nearest = nearest_rows(samples, training);
  found.distances = nearest.distances.select(1, 0).contiguous();
  found.nearest = nearest.indices.select(1, 0).contiguous();
  found.copied = found.distances < found.threshold;
  found.share = found.copied.to(at::kDouble).mean().item<double>();
  return found;
}

}  // namespace inkstone
