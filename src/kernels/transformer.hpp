// What stands between the products of a transformer, each as one sweep: eager libtorch converts, copies and goes through memory
// several times for every one of them.
#pragma once

#include <ATen/core/Tensor.h>

namespace inkstone::kernels {

// (x - mean) / sqrt(variance + eps) * weight + bias over the last dimension (Ba et al. 2016), moments in float32. x float32 or
// bfloat16 on the CPU, dense; weight, bias float32 [C]. Dtype and shape of x.
at::Tensor layer_norm(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, double eps);

// h * gelu(g) with the exact GELU (Hendrycks and Gimpel 2016), x [...,2C] = (h, g) float32 or bfloat16 on the CPU -> [...,C].
at::Tensor geglu(const at::Tensor& x);

}  // namespace inkstone::kernels
