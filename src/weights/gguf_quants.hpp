// The quantised blocks of ggml: 32 values, or 256 with scales of scales ("k-quants"), that share one or two float16 factors.
#pragma once

#include <cstdint>
#include <optional>

#include <ATen/core/Tensor.h>

#include "core/files.hpp"

namespace inkstone::gguf {

struct Quantisation {
  const char* name;
  std::int64_t values, bytes;                                // to a block
  void (*unpack)(const std::uint8_t* block, float* values);  // one block
};

// By ggml's number of the type; absent where the type is no quantisation known here.
std::optional<Quantisation> quantisation(std::uint32_t type);

// blocks -> float16 of the shape, clamped to what float16 holds. The number of bytes is checked already.
at::Tensor unpacked(Bytes blocks, const Quantisation& kind, at::IntArrayRef shape);

}  // namespace inkstone::gguf
