// What stands behind layers, shared by both dialects.
#pragma once

#include <ATen/core/Tensor.h>

namespace inkstone::graph {

at::Tensor rectified(const at::Tensor& x);
// x > 0 ? x : slope x, with a slope per channel as it broadcasts.
at::Tensor leaky(const at::Tensor& x, const at::Tensor& slope);
at::Tensor leaky(const at::Tensor& x, double slope);
at::Tensor hard_sigmoid(const at::Tensor& x, double alpha, double beta);

}  // namespace inkstone::graph
