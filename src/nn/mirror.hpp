// Borders that mirror a picture (torch's ReflectionPad2d), fast in channels-last and bfloat16, where libtorch's own copy pixel by
// pixel.
#pragma once

#include <ATen/core/Tensor.h>

namespace inkstone::nn {

// x [N,C,H,W] -> [N,C,H+before+after,W+before+after], channels-last, the outermost row not repeated. before and after are smaller
// than both sides. Differentiable once.
at::Tensor mirrored(const at::Tensor& x, int64_t before, int64_t after);

}  // namespace inkstone::nn
