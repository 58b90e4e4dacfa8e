// GGUF: the container of ggml (llama.cpp, stable-diffusion.cpp): typed metadata, tensor directory, aligned data, often quantised
// in blocks that share a scale. Format: ggml-org/ggml, docs/gguf.md; versions 2 and 3.
#pragma once

#include <filesystem>

#include "tensor/state_dict.hpp"
#include "weights/tensor_over.hpp"

namespace inkstone {

// F32, F16, BF16, F64, I8 to I64 share the mapping where aligned; Q4_0, Q4_1, Q5_0, Q5_1, Q8_0 and Q2_K to Q6_K become float16,
// whose rounding is far below theirs. Shapes in the order of other formats: the file counts dimensions from the fastest.
// metadata: what is text, a number or a truth value, under its key; lists are left out. Throws not_found, io, unsupported
// (another version, type or byte order), corrupt_file: what is truncated, claims impossible sizes, names a tensor twice, or has
// tensors that overlap or reach outside the file.
StateDict read_gguf(const std::filesystem::path& path);
StateDict read_gguf(Bytes bytes, const Owner& owner = nullptr);

}  // namespace inkstone
