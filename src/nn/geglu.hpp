// The gated unit of transformer feed-forwards (Shazeer, "GLU variants improve transformer", 2020), as Stable Diffusion has it.
#pragma once

#include <ATen/core/Tensor.h>

namespace inkstone::nn {

// h * gelu(g), exact GELU: x [..., 2C] holds h in its first C columns and the gate g in the rest -> [..., C], dtype of x.
at::Tensor geglu(const at::Tensor& x);

}  // namespace inkstone::nn
