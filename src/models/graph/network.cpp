#include "models/graph/network.hpp"

#include <map>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "models/graph/operators.hpp"
#include "models/graph/program.hpp"
#include "models/graph/simplify.hpp"

namespace inkstone::graph {
namespace {

constexpr std::int64_t kOldestOpset = 7, kNewestOpset = 22;
constexpr std::size_t kMostNamed = 12;  // nodes in one error

void require_known(const Graph& graph) {
  if (graph.dialect == Graph::Dialect::onnx && (graph.opset < kOldestOpset || graph.opset > kNewestOpset))
    throw Error(ErrorCategory::unsupported,
                fmt::format("the ONNX model is of opset {}; {} to {} are run here, so export it with one of those", graph.opset,
                            kOldestOpset, kNewestOpset));
  std::map<std::string, std::vector<std::string>> unknown;
  for (const auto& node : graph.nodes)
    if (!find_operator(graph.dialect, node.op)) unknown[node.op].push_back(node.name);
  if (unknown.empty()) return;
  std::string list;
  std::size_t named = 0;
  for (const auto& [op, nodes] : unknown) {
    if (++named > kMostNamed) break;
    list += fmt::format("{}{} (node '{}'{})", list.empty() ? "" : ", ", op, nodes[0],
                        nodes.size() > 1 ? fmt::format(" and {} more", nodes.size() - 1) : "");
  }
  throw Error(ErrorCategory::unsupported,
              fmt::format("the model uses operators that are not run here: {}; docs/graphs.md lists those that are", list));
}

// Half precision is a matter of storage: processors compute in float32 or bfloat16.
void widen_halves(Graph& graph) {
  const auto widen = [](at::Tensor& t) {
    if (t.scalar_type() == at::kHalf) t = t.to(at::kFloat);
  };
  for (auto& [name, tensor] : graph.constants) widen(tensor);
  for (auto& node : graph.nodes)
    for (auto& [key, attribute] : node.attributes)
      if (auto* tensor = std::get_if<at::Tensor>(&attribute)) widen(*tensor);
  for (auto* ports : {&graph.inputs, &graph.outputs})
    for (auto& port : *ports)
      if (port.dtype == at::kHalf) port.dtype = at::kFloat;
}

}  // namespace

Network::Network(Graph graph, at::ScalarType compute) {
  const at::NoGradGuard no_gradients;
  require_known(graph);
  widen_halves(graph);
  fold_constants(graph);
  free_sizes(graph);
  fuse_layers(graph);
  program_ = std::make_unique<Program>(std::move(graph), compute);
}

Network::~Network() = default;
Network::Network(Network&&) noexcept = default;

const std::vector<GraphPort>& Network::inputs() const {
  return program_->inputs;
}
const std::vector<GraphPort>& Network::outputs() const {
  return program_->outputs;
}
std::size_t Network::steps() const {
  return program_->steps.size();
}

std::vector<at::Tensor> Network::run(const std::vector<at::Tensor>& inputs) {
  const at::NoGradGuard no_gradients;
  std::vector<Shape> sizes;
  for (const auto& input : inputs) sizes.push_back(input.sizes().vec());
  program_->require_fitting(sizes);
  const Plan& plan = program_->plan_for(sizes);
  std::vector<at::Tensor> values = plan.base;
  for (std::size_t i = 0; i < inputs.size(); ++i) values[program_->input_slots[i]] = inputs[i].to(program_->inputs[i].dtype);
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    program_->run_step(program_->steps[plan.steps[i]], values);
    for (const int slot : plan.free[i]) values[slot] = at::Tensor();
  }
  std::vector<at::Tensor> outputs;
  for (const int slot : program_->output_slots) outputs.push_back(values[slot]);
  return outputs;
}

std::optional<Network::Forecast> Network::forecast(const std::vector<Shape>& inputs) {
  const at::NoGradGuard no_gradients;
  program_->require_fitting(inputs);
  return program_->plan_for(inputs).forecast;
}

}  // namespace inkstone::graph
