// Which features come together: the statistics of a style (Gatys, Ecker and Bethge, CVPR 2016).
#pragma once

#include <ATen/core/Tensor.h>

namespace inkstone::objectives {

// G_ij = sum over positions of F_i F_j: features [N,C,H,W], float32 or bfloat16 -> float32 [N,C,C]. Differentiable once.
at::Tensor gram_matrix(const at::Tensor& features);

}  // namespace inkstone::objectives
