// Rearrangements that both dialects know under different names.
#pragma once

#include <vector>

#include <ATen/core/Tensor.h>

#include "models/graph/call.hpp"

namespace inkstone::graph {

// A view where the memory allows it; one side may be -1.
at::Tensor reshaped(const at::Tensor& x, const std::vector<std::int64_t>& sizes);
// Without axes: every side of one.
at::Tensor squeezed(const Call& call, const at::Tensor& x, std::vector<std::int64_t> axes);
at::Tensor unsqueezed(const Call& call, at::Tensor x, std::vector<std::int64_t> axes);
// Tensors one behind the other, unified; keeps a channels-last layout.
at::Tensor joined(const Call& call, std::vector<at::Tensor> parts, std::int64_t axis);
// The tensor side by side with itself, so often along each axis.
at::Tensor repeated(const Call& call, const at::Tensor& x, const std::vector<std::int64_t>& repeats);
// begin, begin + step... before end.
at::Tensor counted(const Call& call, double begin, double end, double step, at::ScalarType dtype);

// [N, C b^2, H, W] -> [N, C, H b, W b]. Blocks lie outside the channels (TensorFlow, ONNX's DCR) or inside (PyTorch's pixel
// shuffle, CRD).
at::Tensor blocks_to_space(const at::Tensor& x, std::int64_t block, bool channels_first);
// [N, C, H, W] -> [N, C b^2, H / b, W / b], blocks outside the channels.
at::Tensor space_to_blocks(const at::Tensor& x, std::int64_t block);

}  // namespace inkstone::graph
