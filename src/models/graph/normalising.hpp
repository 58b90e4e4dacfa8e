// Instance normalisation (Ulyanov, Vedaldi and Lempitsky 2016) with the rectifier behind it, in two sweeps over memory.
#pragma once

#include <ATen/core/Tensor.h>

namespace inkstone::graph {

// rectify((x - mean) / sqrt(variance + eps) weight + bias), moments of each picture's channels; rectify(v) = v > 0 ? v : slope v.
// x [N,C,...]; weight, bias [C]. Dtype of x.
at::Tensor instance_norm(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, double eps, double slope);

}  // namespace inkstone::graph
