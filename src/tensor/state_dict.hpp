// Named tensors and a little text: what every weight file becomes and every network is filled from.
#pragma once

#include <map>
#include <string>

#include <ATen/core/Tensor.h>

namespace inkstone {

struct StateDict {
  // Contiguous CPU tensors in the dtype of the file; tensors of one file may share its mapping.
  std::map<std::string, at::Tensor> tensors;
  std::map<std::string, std::string> metadata;

  bool contains(const std::string& name) const { return tensors.count(name) != 0; }
  // Throws corrupt_file, naming the tensor and the nearest name that is there.
  const at::Tensor& at(const std::string& name) const;
  // As above, and throws corrupt_file unless the shape is the expected one; -1 leaves a dimension free.
  const at::Tensor& at(const std::string& name, at::IntArrayRef shape) const;
};

}  // namespace inkstone
