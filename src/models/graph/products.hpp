// Matrix products, packed where one side never changes.
#pragma once

#include <ATen/core/Tensor.h>

#include "models/graph/call.hpp"

namespace inkstone::graph {

// Input 0 times input 1, as numpy.matmul.
at::Tensor matrix_product(Call& call);
at::Tensor einsum(Call& call, const std::string& equation);

}  // namespace inkstone::graph
