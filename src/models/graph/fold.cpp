#include <set>
#include <unordered_map>
#include <unordered_set>

#include <ATen/ATen.h>

#include "models/graph/operators.hpp"
#include "models/graph/run_node.hpp"
#include "models/graph/simplify.hpp"

namespace inkstone::graph {
namespace {

constexpr std::int64_t kMostFolded = std::int64_t(1) << 26;  // numbers of one folded constant

bool does_nothing(const Graph& graph, const GraphNode& node) {
  static const std::set<std::string> kOnnx = {"Identity", "Dropout"},
                                     kTensorflow = {"Identity", "StopGradient", "PreventGradient", "Snapshot"};
  const bool listed = (graph.dialect == Graph::Dialect::onnx ? kOnnx : kTensorflow).count(node.op) != 0;
  return listed && !node.inputs.empty() && !node.inputs[0].empty() && !node.outputs.empty();
}

// Values whose node did nothing go by the name of what it was given; outputs keep theirs.
void drop_idle(Graph& graph) {
  std::unordered_set<std::string> kept;
  for (const auto& output : graph.outputs) kept.insert(output.name);
  std::unordered_map<std::string, std::string> renamed;
  std::vector<GraphNode> nodes;
  for (auto& node : graph.nodes) {
    for (auto& input : node.inputs)
      if (const auto found = renamed.find(input); found != renamed.end()) input = found->second;
    if (does_nothing(graph, node) && kept.count(node.outputs[0]) == 0)
      renamed[node.outputs[0]] = node.inputs[0];
    else
      nodes.push_back(std::move(node));
  }
  graph.nodes = std::move(nodes);
}

bool is_constant(const Graph& graph, const GraphNode& node) {
  for (const auto& input : node.inputs)
    if (!input.empty() && graph.constants.count(input) == 0) return false;
  return true;
}

// False where the node cannot be computed now.
bool fold(Graph& graph, const GraphNode& node) {
  if (!is_constant(graph, node)) return false;
  std::vector<at::Tensor> inputs;
  for (const auto& input : node.inputs) inputs.push_back(input.empty() ? at::Tensor() : graph.constants.at(input));
  const auto outputs = try_node(graph, node, std::move(inputs));
  if (!outputs) return false;
  for (const auto& output : *outputs)
    if (output.numel() > kMostFolded) return false;
  for (std::size_t i = 0; i < node.outputs.size() && i < outputs->size(); ++i) graph.constants[node.outputs[i]] = outputs->at(i);
  return outputs->size() >= node.outputs.size();
}

void drop_unneeded(Graph& graph) {
  std::unordered_set<std::string> needed;
  for (const auto& output : graph.outputs) needed.insert(output.name);
  std::vector<GraphNode> nodes;
  for (auto node = graph.nodes.rbegin(); node != graph.nodes.rend(); ++node) {
    bool used = false;
    for (const auto& output : node->outputs) used = used || needed.count(output) != 0;
    if (!used) continue;
    needed.insert(node->inputs.begin(), node->inputs.end());
    nodes.insert(nodes.end(), std::move(*node));
  }
  graph.nodes.assign(std::make_move_iterator(nodes.rbegin()), std::make_move_iterator(nodes.rend()));
  std::erase_if(graph.constants, [&](const auto& constant) { return needed.count(constant.first) == 0; });
}

}  // namespace

void fold_constants(Graph& graph) {
  const at::NoGradGuard no_gradients;
  drop_idle(graph);
  std::erase_if(graph.nodes, [&](const GraphNode& node) { return fold(graph, node); });
  drop_unneeded(graph);
}

}  // namespace inkstone::graph
