// The initialisers of an ONNX model: its trained tensors, not its graph.
// Schema: onnx/onnx, onnx/onnx.proto (ModelProto, GraphProto, TensorProto).
#pragma once

#include <filesystem>

#include "core/files.hpp"
#include "tensor/state_dict.hpp"

namespace inkstone {

// Tensors under the initialisers' names as float32, float64, float16, bfloat16, bool, uint8 or int8 to int64. Data kept
// in other files is read from the model's folder or below it; from bytes alone that is unsupported. metadata: "producer"
// and the model's own properties. Throws not_found, io, corrupt_file, unsupported (strings, sparse tensors, uint16...).
StateDict read_onnx(const std::filesystem::path& path);
StateDict read_onnx(Bytes file);

}  // namespace inkstone
