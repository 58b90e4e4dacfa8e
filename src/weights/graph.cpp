#include "weights/graph.hpp"

#include <deque>
#include <unordered_map>

#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

[[noreturn]] void corrupt_graph(const std::string& what) {
  throw Error(ErrorCategory::corrupt_file, fmt::format("the model's graph {}; get the file again", what));
}

using Makers = std::unordered_map<std::string, std::int64_t>;  // value -> index of its node, -1 where it is given

Makers makers_of(const Graph& graph) {
  Makers makers;
  for (const auto& port : graph.inputs)
    if (!makers.emplace(port.name, -1).second) corrupt_graph(fmt::format("has two inputs '{}'", port.name));
  for (const auto& [name, tensor] : graph.constants)
    makers.emplace(name, -1);  // an ONNX input may have an initialiser: its default
  for (std::size_t i = 0; i < graph.nodes.size(); ++i)
    for (const auto& output : graph.nodes[i].outputs)
      if (!output.empty() && !makers.emplace(output, std::int64_t(i)).second)
        corrupt_graph(fmt::format("makes the value '{}' twice", output));
  return makers;
}

std::int64_t maker_of(const Makers& makers, const std::string& value) {
  const auto found = makers.find(value);
  if (found == makers.end()) corrupt_graph(fmt::format("needs a value '{}' that nothing makes", value));
  return found->second;
}

}  // namespace

void sort_nodes(Graph& graph) {
  const Makers makers = makers_of(graph);
  std::vector<std::vector<std::size_t>> takers(graph.nodes.size());
  std::vector<std::size_t> waits(graph.nodes.size());
  for (std::size_t i = 0; i < graph.nodes.size(); ++i)
    for (const auto& input : graph.nodes[i].inputs) {
      const std::int64_t maker = input.empty() ? -1 : maker_of(makers, input);
      if (maker >= 0) takers[maker].push_back(i), ++waits[i];
    }
  for (const auto& output : graph.outputs) maker_of(makers, output.name);
  std::deque<std::size_t> ready;
  for (std::size_t i = 0; i < waits.size(); ++i)
    if (waits[i] == 0) ready.push_back(i);
  std::vector<GraphNode> sorted;
  for (; !ready.empty(); ready.pop_front()) {
    for (const auto taker : takers[ready.front()])
      if (--waits[taker] == 0) ready.push_back(taker);
    sorted.push_back(std::move(graph.nodes[ready.front()]));
  }
  if (sorted.size() != graph.nodes.size()) corrupt_graph("runs in a circle");
  graph.nodes = std::move(sorted);
}

}  // namespace inkstone
