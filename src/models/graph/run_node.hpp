// Runs one node, with the library's errors said in the model's terms.
#pragma once

#include "models/graph/operators.hpp"

namespace inkstone::graph {

// Throws as the operator; unsupported, naming the node, where ATen refuses; out_of_memory.
std::vector<at::Tensor> run_node(const GraphNode& node, const Operator& op, std::int64_t opset, at::ScalarType compute,
                                 std::vector<at::Tensor> inputs, const std::vector<bool>& constants, std::shared_ptr<void>& kept);

}  // namespace inkstone::graph
