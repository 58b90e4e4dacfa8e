// safetensors: a JSON header that names tensors by offset, and their bytes. The interchange format of this program.
// Format: huggingface/safetensors, README ("Format").
#pragma once

#include <filesystem>

#include "tensor/state_dict.hpp"
#include "weights/tensor_over.hpp"

namespace inkstone {

// F64 F32 F16 BF16 I64 I32 I16 I8 U8 BOOL; tensors share the mapping where aligned. metadata: "__metadata__".
// Throws not_found, io, unsupported (another dtype), corrupt_file: a header that is no JSON, deeper than 8 levels, larger
// than 100 MB or names a tensor twice; offsets out of range, overlapping or with gaps; sizes that contradict the shape.
StateDict read_safetensors(const std::filesystem::path& path);
StateDict read_safetensors(Bytes bytes, const Owner& owner = nullptr);

// Writes whole or not at all, tensor by tensor; the same StateDict gives the same bytes. Tensors come in falling
// order of their element size, then by name, so that every one is aligned. Throws io, unsupported (another dtype).
void write_safetensors(const std::filesystem::path& path, const StateDict& weights);

}  // namespace inkstone
