// A network as a file describes it: nodes that name an operator and the values they take and give. Nothing here computes;
// models/graph runs it. Read from ONNX (onnx_graph.hpp) and TensorFlow.js (tfjs_graph.hpp).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include <ATen/core/Tensor.h>

#include "weights/extent.hpp"

namespace inkstone {

// TensorFlow's booleans are integers, its dtypes the integers of its DataType; its shapes are lists with -1 where a side is free.
using GraphAttribute = std::variant<std::int64_t, double, std::string, std::vector<std::int64_t>, std::vector<double>,
                                    std::vector<std::string>, at::Tensor>;

struct GraphNode {
  std::string name;                          // for people; may be empty
  std::string op;                            // "Conv"; of another domain than the standard's "com.microsoft.FusedConv"
  std::vector<std::string> inputs, outputs;  // names of values; an empty one is left out
  std::map<std::string, GraphAttribute> attributes;
};

// What goes in or comes out.
struct GraphPort {
  std::string name;
  at::ScalarType dtype = at::kFloat;
  bool has_shape = false;
  Shape shape;  // -1: any size
};

struct Graph {
  enum class Dialect { onnx, tensorflow };
  Dialect dialect = Dialect::onnx;
  std::int64_t opset = 0;  // of ONNX's operators; TensorFlow.js states none
  std::vector<GraphNode> nodes;
  std::map<std::string, at::Tensor> constants;  // initialisers and weights
  std::vector<GraphPort> inputs, outputs;
  std::map<std::string, std::string> metadata;
};

// Puts every node behind those whose values it takes. Throws corrupt_file for a value that comes from nowhere or twice, and for a
// circle.
void sort_nodes(Graph& graph);

}  // namespace inkstone
