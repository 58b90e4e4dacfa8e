// Borders around a tensor, as both dialects need them.
#pragma once

#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "models/graph/call.hpp"

namespace inkstone::graph {

enum class Border {
  constant,
  mirror,
  symmetric,
  edge,
  wrap
};  // mirror: about the outermost number; symmetric: about its outer side

// before, after: for every axis; negative ones cut. value: of constant borders. Keeps a channels-last layout.
at::Tensor bordered(const Call& call, const at::Tensor& x, const std::vector<std::int64_t>& before,
                    const std::vector<std::int64_t>& after, Border border, double value = 0);

}  // namespace inkstone::graph
