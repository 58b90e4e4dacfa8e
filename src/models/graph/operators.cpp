#include "models/graph/operators.hpp"

#include <array>
#include <string>
#include <unordered_map>

namespace inkstone::graph {
namespace {

using Names = std::unordered_map<std::string_view, const Operator*>;

Names names_of(Graph::Dialect dialect) {
  Names names;
  for (const auto& table : operator_tables(dialect))
    for (const auto& entry : table) names.emplace(entry.name, &entry);
  return names;
}

}  // namespace

std::span<const std::span<const Operator>> operator_tables(Graph::Dialect dialect) {
  static const std::array onnx = {
      arithmetic_operators(),    comparison_operators(), function_operators(), activation_operators(),  shape_operators(),
      part_operators(),          reduction_operators(),  matrix_operators(),   convolution_operators(), pooling_operators(),
      normalisation_operators(), padding_operators(),    resizing_operators()};
  static const std::array tensorflow = {tensorflow_value_operators(), tensorflow_shape_operators(),
                                        tensorflow_picture_operators()};
  if (dialect == Graph::Dialect::onnx) return onnx;
  return tensorflow;
}

const Operator* find_operator(Graph::Dialect dialect, std::string_view name) {
  static const Names onnx = names_of(Graph::Dialect::onnx), tensorflow = names_of(Graph::Dialect::tensorflow);
  const Names& names = dialect == Graph::Dialect::onnx ? onnx : tensorflow;
  const auto found = names.find(name);
  return found == names.end() ? nullptr : found->second;
}

}  // namespace inkstone::graph
