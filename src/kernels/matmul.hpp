// Matrix products by oneDNN: of few columns over very many rows, as Gram matrices and their gradients need them, and many at
// once.
#pragma once

#include <ATen/core/Tensor.h>

namespace inkstone::kernels {

// a^T b in float32: a [n,C], b [n,D] row-major, float32 or bfloat16 -> [C,D].
at::Tensor transposed_product(const at::Tensor& a, const at::Tensor& b);

// out += a m: a [n,C], m float32 [C,D], out [n,D] in the dtype of a.
void add_product_(at::Tensor& out, const at::Tensor& a, const at::Tensor& m);

// a b for every index of the leading dimensions: a [...,M,K], b [...,K,N], float32, any strides -> [...,M,N].
at::Tensor batched_product(const at::Tensor& a, const at::Tensor& b);

}  // namespace inkstone::kernels
