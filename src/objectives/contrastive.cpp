#include "objectives/contrastive.hpp"

#include <ATen/ATen.h>

namespace inkstone::objectives {

at::Tensor contrastive_loss(const at::Tensor& pictures, const at::Tensor& texts, const at::Tensor& scale) {
  const auto logits = scale * at::matmul(pictures, texts.t());
  const auto own = at::arange(logits.size(0), logits.options().dtype(at::kLong).requires_grad(false));
  return (at::cross_entropy_loss(logits, own) + at::cross_entropy_loss(logits.t(), own)) / 2;
}

Recall recall_at_1(const at::Tensor& pictures, const at::Tensor& texts) {
  const auto cosines = at::matmul(pictures, texts.t());
  const auto own = cosines.diagonal();
  const auto share = [&](int64_t dim) { return (own >= cosines.amax(dim)).to(at::kDouble).mean().item<double>(); };
  return {share(1), share(0)};
}

}  // namespace inkstone::objectives
