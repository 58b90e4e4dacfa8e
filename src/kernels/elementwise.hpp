// The memory-bound half of a backward pass through a frozen network, each as one sweep over channels-last memory.
// Float32 and bfloat16; contiguous channels-last [N,C,H,W].
#pragma once

#include <ATen/core/Tensor.h>

namespace inkstone::kernels {

// gradient = output > 0 ? gradient : 0, in place; output is what the rectifier gave.
void relu_backward_(at::Tensor& gradient, const at::Tensor& output);

// 2x2, stride 2, odd edges dropped: [N,C,H,W] -> [N,C,H/2,W/2].
at::Tensor max_pool(const at::Tensor& x);
at::Tensor average_pool(const at::Tensor& x);

// d loss / d x from d loss / d pool(x). The first of equal maxima takes the gradient, as in PyTorch.
at::Tensor max_pool_backward(const at::Tensor& gradient, const at::Tensor& x);
at::Tensor average_pool_backward(const at::Tensor& gradient, const at::Tensor& x);

}  // namespace inkstone::kernels
