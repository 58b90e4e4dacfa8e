// One TensorProto of an ONNX model.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include <ATen/core/Tensor.h>

#include "core/files.hpp"

namespace inkstone {

// The files beside a model that hold its large tensors, mapped once each.
class OnnxExternalData {
 public:
  // model: the .onnx file; empty when only its bytes are known.
  explicit OnnxExternalData(std::filesystem::path model) : model_(std::move(model)) {}

  // Throws corrupt_file for a range outside the file or a file outside the folder, and when the ranges together exceed
  // the files (many tensors on one range would let a small file fill the memory); not_found; unsupported without a model.
  Bytes range(const std::string& location, std::uint64_t offset, std::optional<std::uint64_t> length);

 private:
  std::filesystem::path model_;
  std::map<std::string, MappedFile> files_;
  std::uint64_t size_ = 0, used_ = 0;
};

// onnx.TensorProto.DataType; absent for one that libtorch has no type for, and for 0, undefined.
std::optional<at::ScalarType> onnx_scalar_type(std::int64_t code);

struct OnnxTensor {
  std::string name;
  at::Tensor tensor;
};

// Throws as read_onnx.
OnnxTensor read_onnx_tensor(Bytes message, OnnxExternalData& external);

}  // namespace inkstone
