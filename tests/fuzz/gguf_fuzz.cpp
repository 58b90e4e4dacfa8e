// Any bytes given to read_gguf end in tensors or in inkstone::Error; every value of the tensors is in reach.
#include <cstddef>
#include <cstdint>
#include <span>

#include <ATen/ATen.h>

#include "inkstone/error.hpp"
#include "weights/gguf.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const auto state = inkstone::read_gguf(std::as_bytes(std::span(data, size)));
    for (const auto& [name, tensor] : state.tensors)
      if (tensor.numel() > 0) (void)tensor.to(at::kByte).max().item<int>();
  } catch (const inkstone::Error&) {
  }
  return 0;
}
