// Convolutions of graphs, on packed weights where they are constant.
#pragma once

#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "kernels/general_convolution.hpp"
#include "models/graph/call.hpp"

namespace inkstone::graph {

struct Convolution {
  at::Tensor x;               // [N,I,H,W]
  at::Tensor weight;          // as GeneralConvolution takes it
  at::Tensor bias, residual;  // or undefined
  kernels::ConvolutionShape shape;
  kernels::Margins margins;
  bool constant = false;  // weight and bias never change
};

// [N,O,H',W'], channels-last; what simplify.hpp fused into the node follows it.
at::Tensor convolve(Call& call, const Convolution& convolution);

// The zeros of TensorFlow's SAME: as few as give ceil(size / stride), the odd one behind unless `lower`.
void pad_same(at::IntArrayRef sizes, at::IntArrayRef kernel, const kernels::ConvolutionShape& shape, bool lower,
              kernels::Margins& margins);

}  // namespace inkstone::graph
