// A network that only runs gets its weights from a file: shared with the file's mapping where the dtype fits, so that nothing is
// copied, and every mistake of the file is named.
#pragma once

#include <optional>
#include <string>

#include <torch/nn.h>

#include "tensor/state_dict.hpp"

namespace inkstone::nn {

struct FillOptions {
  // Of matrices and kernels; absent: as the file has them. Vectors (biases, norms) become float32: they are small, and the
  // arithmetic wants them so.
  std::optional<at::ScalarType> dtype;
  std::string origin;        // the file or the part of it, for messages
  bool refuse_extra = true;  // a tensor that the network has no place for
};

// Every parameter and buffer is replaced by the tensor of its name; [O,I,1,1] serves for [O,I] and back, a 1x1 convolution being
// a linear layer. Throws corrupt_file: a tensor is missing, left over, of another shape, or holds NaN, by name and origin.
void fill(torch::nn::Module& network, const StateDict& weights, const FillOptions& options);

// True where a value is NaN; whole-number tensors hold none. float64, float32, float16, bfloat16 on the CPU.
bool holds_nan(const at::Tensor& tensor);

}  // namespace inkstone::nn
