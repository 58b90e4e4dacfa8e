#include "models/features/folding.hpp"

#include <ATen/ATen.h>

namespace inkstone {

FoldedConvolution fold_norm(const at::Tensor& weight, const at::Tensor& bias, const NormTensors& norm) {
  const auto factor = norm.scale.to(at::kDouble) / (norm.variance.to(at::kDouble) + norm.epsilon).sqrt();
  const auto before = bias.defined() ? bias.to(at::kDouble) : at::zeros_like(factor);
  const auto folded = weight.to(at::kFloat) * factor.to(at::kFloat).view({-1, 1, 1, 1});
  return {folded.contiguous(at::MemoryFormat::ChannelsLast),
          ((before - norm.mean.to(at::kDouble)) * factor + norm.shift.to(at::kDouble)).to(at::kFloat)};
}

}  // namespace inkstone
