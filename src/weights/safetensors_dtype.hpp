// The dtypes of safetensors and their spelling, for reader and writer.
#pragma once

#include <string>

#include <ATen/core/Tensor.h>

namespace inkstone {

// Both throw unsupported, naming the tensor.
at::ScalarType safetensors_dtype(const std::string& spelling, const std::string& tensor);
std::string safetensors_spelling(at::ScalarType dtype, const std::string& tensor);

}  // namespace inkstone
