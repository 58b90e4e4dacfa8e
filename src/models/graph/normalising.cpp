#include "models/graph/normalising.hpp"

#include <vector>

#include <ATen/ATen.h>

#include "kernels/batch_norm.hpp"
#include "models/graph/operands.hpp"

namespace inkstone::graph {
namespace {

// Of one picture the moments over a batch are those of the picture.
at::Tensor of_one(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, double eps, double slope) {
  const auto rows = kernels::in_rows(x);
  const auto [mean, variance] = kernels::channel_moments(rows);
  const auto scale = (weight * at::rsqrt(variance + eps)).contiguous();
  return kernels::scale_rectify(rows, scale, (bias - mean * scale).contiguous(), slope);
}

}  // namespace

at::Tensor instance_norm(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, double eps, double slope) {
  if (x.is_meta() || weight.is_meta()) return shadow(x.sizes(), x.scalar_type());
  const auto w = weight.to(at::kFloat), b = bias.to(at::kFloat);
  if (x.dim() == 4 && kernels::takes_batch_norm(x)) {
    std::vector<at::Tensor> pictures;
    for (const auto& picture : x.split(1)) pictures.push_back(of_one(picture, w, b, eps, slope));
    return pictures.size() == 1 ? pictures[0] : at::cat(pictures);
  }
  const auto y = at::instance_norm(x, w.to(x.scalar_type()), b.to(x.scalar_type()), {}, {}, true, 0, eps, false);
  return slope == 1 ? y : at::leaky_relu(y, slope);
}

}  // namespace inkstone::graph
