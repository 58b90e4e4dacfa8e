// TensorFlow's V2 checkpoints: NAME.index, a sorted table of what the tensors are, and NAME.data-00000-of-00001 and so on, their
// bytes. Format: tensorflow/core/util/tensor_bundle and tensorflow/core/protobuf/tensor_bundle.proto.
#pragma once

#include <filesystem>

#include "tensor/state_dict.hpp"

namespace inkstone {

// Tensors under the variables' names and in their layout (kernels HWIO), memory-mapped where their alignment allows; every
// checksum is compared. Texts, which TensorFlow 2 keeps about its objects, are left out and counted in metadata
// "tensors_left_out". Throws not_found (a file of data is missing), io, corrupt_file, unsupported (variables in slices, complex
// numbers, big-endian files).
StateDict read_tensorflow_checkpoint(const std::filesystem::path& index);

// The index that a folder's file `checkpoint` names, else the only one that lies there. Throws not_found.
std::filesystem::path tensorflow_index_in(const std::filesystem::path& folder);

}  // namespace inkstone
