#include "models/stable_diffusion/vector_quantiser.hpp"

#include <ATen/ATen.h>

#include "nn/mixed_precision.hpp"

namespace inkstone::sd {
namespace {

// |z - e|^2 = |z|^2 - 2 z e + |e|^2, of which the first does not tell entries apart.
at::Tensor nearest_entries(const at::Tensor& rows, const at::Tensor& codebook) {
  const at::NoGradGuard constant;
  return (codebook.square().sum(1) - 2 * at::matmul(rows, codebook.t())).argmin(1);
}

}  // namespace

VectorQuantiserImpl::VectorQuantiserImpl(int64_t entries, int64_t width) : embedding(entries, width) {
  register_module("embedding", embedding);
  const at::NoGradGuard constant;
  embedding->weight.uniform_(-1.0 / double(entries), 1.0 / double(entries));
}

Quantised VectorQuantiserImpl::forward(const at::Tensor& given) {
  const nn::FullPrecision full;
  const auto z = given.to(at::kFloat);
  const int64_t n = z.size(0), c = z.size(1), h = z.size(2), w = z.size(3);
  const auto entries = nearest_entries(z.permute({0, 2, 3, 1}).reshape({-1, c}), embedding->weight);
  const auto e = embedding(entries).view({n, h, w, c}).permute({0, 3, 1, 2});
  return {z + (e - z).detach(), entries.view({n, h, w}), at::mse_loss(e, z.detach()), at::mse_loss(z, e.detach())};
}

}  // namespace inkstone::sd
