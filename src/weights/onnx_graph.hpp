// The whole of an ONNX model: initialisers, nodes and their attributes, inputs and outputs.
// Schema: onnx/onnx, onnx/onnx.proto (ModelProto, GraphProto, NodeProto, AttributeProto, ValueInfoProto).
#pragma once

#include <filesystem>

#include "core/files.hpp"
#include "weights/graph.hpp"

namespace inkstone {

// Nodes in an order in which they can run. Throws as read_onnx, and unsupported where an attribute holds a graph (If, Loop,
// Scan), naming the node; corrupt_file as sort_nodes.
Graph read_onnx_graph(const std::filesystem::path& path);
Graph read_onnx_graph(Bytes file);

}  // namespace inkstone
