// The graph of a TensorFlow.js graph model: TensorFlow's GraphDef as JSON, with the weights beside it.
// Format: tensorflow/tensorflow, core/framework/graph.proto, node_def.proto, attr_value.proto; tensorflow/tfjs, tfjs-converter.
#pragma once

#include <filesystem>

#include "weights/graph.hpp"

namespace inkstone {

// True where the JSON is a graph model, not a model of layers. Throws as read_manifest.
bool is_tfjs_graph(const std::filesystem::path& model_json);

// Constants are the manifest's weights under their nodes' names; inputs the placeholders, outputs what the signature names or,
// without one, the values that nothing takes. Throws as read_tfjs, corrupt_file as sort_nodes, and unsupported for a model of
// layers.
Graph read_tfjs_graph(const std::filesystem::path& model_json);

}  // namespace inkstone
