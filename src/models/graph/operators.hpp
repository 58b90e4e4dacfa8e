// The table of what graphs can be made of: the name of an operator and the function that runs it. Each kind of operator has its
// file and its part of the table; docs/graphs.md lists them all. ONNX: onnx/onnx, docs/Operators.md, as of opsets 7 to 20.
// TensorFlow: the operators that tfjs-converter knows, tensorflow.org/api_docs/python/tf/raw_ops.
#pragma once

#include <span>
#include <string_view>

#include "models/graph/call.hpp"

namespace inkstone::graph {

struct Operator {
  std::string_view name;
  Outputs (*run)(Call& call);
};

// Null for one that is not in the table.
const Operator* find_operator(Graph::Dialect dialect, std::string_view name);
// Every operator of the dialect, kind by kind.
std::span<const std::span<const Operator>> operator_tables(Graph::Dialect dialect);

std::span<const Operator> arithmetic_operators();
std::span<const Operator> comparison_operators();
std::span<const Operator> function_operators();
std::span<const Operator> activation_operators();
std::span<const Operator> shape_operators();
std::span<const Operator> part_operators();
std::span<const Operator> reduction_operators();
std::span<const Operator> matrix_operators();
std::span<const Operator> convolution_operators();
std::span<const Operator> pooling_operators();
std::span<const Operator> normalisation_operators();
std::span<const Operator> padding_operators();
std::span<const Operator> resizing_operators();
std::span<const Operator> tensorflow_value_operators();
std::span<const Operator> tensorflow_shape_operators();
std::span<const Operator> tensorflow_picture_operators();

}  // namespace inkstone::graph
