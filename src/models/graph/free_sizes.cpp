#include <algorithm>
#include <unordered_map>

#include <ATen/ATen.h>

#include "models/graph/operands.hpp"
#include "models/graph/run_node.hpp"
#include "models/graph/simplify.hpp"

namespace inkstone::graph {
namespace {

using Values = std::unordered_map<std::string, at::Tensor>;
using List = std::vector<std::int64_t>;

bool declares_sizes(const Graph& graph) {
  return !graph.inputs.empty() && std::all_of(graph.inputs.begin(), graph.inputs.end(), [](const GraphPort& port) {
    return port.has_shape && !port.shape.empty() &&
           std::all_of(port.shape.begin() + 1, port.shape.end(), [](std::int64_t side) { return side > 0; });
  });
}

const List* list_attribute(const GraphNode& node, const char* name) {
  const auto found = node.attributes.find(name);
  return found == node.attributes.end() ? nullptr : std::get_if<List>(&found->second);
}

// Whether the node says how large its result is, rather than how much larger than its input.
bool is_bound(const Graph& graph, const GraphNode& node) {
  if (node.op == "ConvTranspose") return list_attribute(node, "output_shape") != nullptr;
  return node.op == "Resize" && node.inputs.size() > 3 && graph.constants.count(node.inputs[3]) != 0;
}

// Paddings instead of sizes, as the operator computes them; output_padding where the result is larger than its input reaches.
void free_transposed(GraphNode& node, const at::Tensor& x, const at::Tensor& weight) {
  const List* shape = list_attribute(node, "output_shape");
  const List *strides = list_attribute(node, "strides"), *dilations = list_attribute(node, "dilations"),
             *extra = list_attribute(node, "output_padding");
  if (x.dim() != 4 || weight.dim() != 4 || !shape || shape->size() < 2) return;
  const auto mode = node.attributes.find("auto_pad");
  const bool upper =
      mode != node.attributes.end() && mode->second.index() == 2 && std::get<std::string>(mode->second) == "SAME_UPPER";
  List pads(4), beyond(2);
  for (std::size_t side = 0; side < 2; ++side) {
    const auto stride = strides && strides->size() == 2 ? (*strides)[side] : 1,
               dilation = dilations && dilations->size() == 2 ? (*dilations)[side] : 1;
    const auto more = extra && extra->size() == 2 ? (*extra)[side] : 0, wanted = (*shape)[shape->size() - 2 + side];
    const auto whole =
        (x.size(std::int64_t(2 + side)) - 1) * stride + (weight.size(std::int64_t(2 + side)) - 1) * dilation + 1 + more;
    const auto total = std::max<std::int64_t>(0, whole - wanted);
    pads[side] = upper ? total / 2 : total - total / 2;
    pads[2 + side] = total - pads[side];
    beyond[side] = more + std::max<std::int64_t>(0, wanted - whole);
  }
  node.attributes.erase("output_shape");
  node.attributes.erase("auto_pad");
  node.attributes["pads"] = pads;
  node.attributes["output_padding"] = beyond;
}

// Scales instead of sizes, where they come out the same.
void free_resize(Graph& graph, GraphNode& node, const at::Tensor& x, const at::Tensor& y) {
  if (x.dim() != y.dim() || node.attributes.count("axes") || node.attributes.count("keep_aspect_ratio_policy")) return;
  std::vector<float> scales;
  for (std::int64_t axis = 0; axis < x.dim(); ++axis) scales.push_back(float(y.size(axis)) / float(x.size(axis)));
  const std::string name = node.outputs[0] + "/scales";
  graph.constants[name] = at::tensor(scales);
  node.inputs[2] = name;
  node.inputs.resize(3);
}

bool run_dry(const Graph& graph, const GraphNode& node, Values& values) {
  std::vector<at::Tensor> inputs;
  for (const auto& input : node.inputs) {
    const auto found = values.find(input);
    inputs.push_back(found == values.end() ? at::Tensor() : found->second);
  }
  const auto outputs = try_node(graph, node, std::move(inputs));
  if (!outputs) return false;
  for (std::size_t i = 0; i < node.outputs.size() && i < outputs->size(); ++i) values[node.outputs[i]] = outputs->at(i);
  return true;
}

}  // namespace

void free_sizes(Graph& graph) {
  const bool any =
      std::any_of(graph.nodes.begin(), graph.nodes.end(), [&](const GraphNode& node) { return is_bound(graph, node); });
  if (graph.dialect != Graph::Dialect::onnx || !any || !declares_sizes(graph)) return;
  const at::NoGradGuard no_gradients;
  Values values(graph.constants.begin(), graph.constants.end());
  for (const auto& port : graph.inputs) {
    List shape = port.shape;
    shape[0] = std::max<std::int64_t>(shape[0], 1);
    values[port.name] = shadow(shape, port.dtype);
  }
  for (auto& node : graph.nodes) {
    if (!run_dry(graph, node, values)) return;
    if (!is_bound(graph, node)) continue;
    if (node.op == "Resize")
      free_resize(graph, node, values[node.inputs[0]], values[node.outputs[0]]);
    else
      free_transposed(node, values[node.inputs[0]], values[node.inputs[1]]);
  }
}

}  // namespace inkstone::graph
