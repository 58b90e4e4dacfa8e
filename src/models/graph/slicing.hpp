// Taking parts, as both dialects need it.
#pragma once

#include <ATen/core/Tensor.h>

#include "models/graph/call.hpp"

namespace inkstone::graph {

// begin, begin + step... before end, counted from the back where negative and cut to the axis, as Python's slices are; step may
// be negative.
at::Tensor sliced(const Call& call, const at::Tensor& x, std::int64_t axis, std::int64_t begin, std::int64_t end,
                  std::int64_t step);
// x at the places of an index of any shape, which takes the axis' place.
at::Tensor gathered(const Call& call, const at::Tensor& x, const at::Tensor& index, std::int64_t axis);

}  // namespace inkstone::graph
