// Matrix products with gradients for training in float32: oneDNN's, where libtorch's own library may not know the processor.
#pragma once

#include <ATen/core/Tensor.h>

namespace inkstone::nn {

// a b for every index of the leading dimensions, differentiable once: a [...,M,K], b [...,K,N], the same leading sizes ->
// [...,M,N].
at::Tensor product(const at::Tensor& a, const at::Tensor& b);

// x w^T + bias over the last dimension: x [...,K], w [N,K], bias [N] -> [...,N].
at::Tensor linear(const at::Tensor& x, const at::Tensor& w, const at::Tensor& bias);

}  // namespace inkstone::nn
