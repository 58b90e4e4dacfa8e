// Pooling over windows of two axes, as both dialects need it.
#pragma once

#include <ATen/core/Tensor.h>

#include "kernels/general_convolution.hpp"
#include "models/graph/call.hpp"

namespace inkstone::graph {

struct Pool {
  kernels::Sides kernel{1, 1};
  kernels::ConvolutionShape shape;
  kernels::Margins margins;
  bool ceil = false;  // the last window may reach beyond the padding
};

// x [N,C,H,W]. Padding never wins the maximum; it counts in the mean only where count_padding.
at::Tensor max_pool(const Call& call, const at::Tensor& x, const Pool& pool);
at::Tensor average_pool(const Call& call, const at::Tensor& x, const Pool& pool, bool count_padding);

}  // namespace inkstone::graph
