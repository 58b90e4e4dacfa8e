// The convolution that networks for pictures are made of, 3x3 at stride 1, by the fastest way that trains (kernels/winograd.hpp).
#pragma once

#include <torch/nn.h>

namespace inkstone::nn {

// layer(x), differentiable once. layer: stride 1, no groups, so many zeros around the picture. In float32 on the CPU by minimal
// filtering where the layer is 3x3 and wide enough; else, and in other precisions, as libtorch does it.
at::Tensor convolve_3x3(torch::nn::Conv2d& layer, const at::Tensor& x, int64_t padding = 1);

}  // namespace inkstone::nn
