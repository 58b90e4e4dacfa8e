// Batch normalisation of a network that no longer trains, folded into the convolution before it (Ioffe and Szegedy 2015).
#pragma once

#include <ATen/core/Tensor.h>

namespace inkstone {

struct NormTensors {
  at::Tensor scale, shift, mean, variance;  // [O] each
  double epsilon = 1e-5;
};

struct FoldedConvolution {
  at::Tensor weight, bias;  // float32 [O,I,k,k] and [O]
};

// weight [O,I,k,k], bias [O] or undefined; factors in float64.
FoldedConvolution fold_norm(const at::Tensor& weight, const at::Tensor& bias, const NormTensors& norm);

}  // namespace inkstone
