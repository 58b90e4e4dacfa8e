#include "tensor/slerp.hpp"

#include <ATen/ATen.h>

namespace inkstone {
namespace {

at::Tensor length(const at::Tensor& rows) {
  return rows.norm(2, at::IntArrayRef{1}, true).clamp_min(1e-12);
}

}  // namespace

at::Tensor slerp(const at::Tensor& a, const at::Tensor& b, const at::Tensor& t) {
  const auto p = a.flatten(1).to(at::kDouble), q = b.flatten(1).to(at::kDouble), place = t.to(at::kDouble).unsqueeze(1);
  const auto u = p / length(p), v = q / length(q);
  const auto cosine = (u * v).sum(1, true).clamp(-1, 1);
  auto across = v - cosine * u;
  across = across / length(across);
  const auto angle = place * cosine.acos();
  const auto direction = u * angle.cos() + across * angle.sin();
  return (direction * (length(p) + place * (length(q) - length(p)))).to(a.scalar_type()).view(a.sizes());
}

}  // namespace inkstone
