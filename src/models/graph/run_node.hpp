// Runs one node, with the library's errors said in the model's terms.
#pragma once

#include <optional>

#include "models/graph/operators.hpp"

namespace inkstone::graph {

// Throws as the operator; unsupported, naming the node, where ATen refuses; out_of_memory.
std::vector<at::Tensor> run_node(const GraphNode& node, const Operator& op, std::int64_t opset, at::ScalarType compute,
                                 std::vector<at::Tensor> inputs, const std::vector<bool>& constants, std::shared_ptr<void>& kept);

// Ahead of any picture, in float32, while a graph is made ready. Absent where the node fails: it then fails, or not, when it
// runs.
std::optional<std::vector<at::Tensor>> try_node(const Graph& graph, const GraphNode& node, std::vector<at::Tensor> inputs);

}  // namespace inkstone::graph
