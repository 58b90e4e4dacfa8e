#include "text/emphasis.hpp"

#include <ATen/ATen.h>

namespace inkstone {

at::Tensor emphasised(const at::Tensor& hidden, const at::Tensor& weights, Emphasis emphasis, const at::Tensor& empty) {
  const auto w = weights.unsqueeze(-1);
  const auto plain = w.eq(1).all(1, true);  // [N,1,1]
  if (plain.all().item<bool>()) return hidden;
  const auto mean = [](const at::Tensor& z) { return z.mean(at::IntArrayRef{1, 2}, true); };
  auto z = emphasis == Emphasis::from_empty ? empty + (hidden - empty) * w : hidden * w;
  if (emphasis == Emphasis::restore_mean) z = z * (mean(hidden) / mean(z));
  return at::where(plain, hidden, z);
}

}  // namespace inkstone
