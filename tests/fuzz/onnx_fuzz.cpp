// Hostile .onnx files: whatever the bytes, the reader returns or throws inkstone::Error.
#include <cstddef>
#include <cstdint>

#include "inkstone/error.hpp"
#include "weights/onnx.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    inkstone::read_onnx(std::as_bytes(std::span(data, size)));
  } catch (const inkstone::Error&) {
  }
  return 0;
}
