// Hostile .onnx graphs: whatever the bytes, the reader returns a graph whose nodes are in order, or throws inkstone::Error.
#include <cstddef>
#include <cstdint>

#include "inkstone/error.hpp"
#include "weights/onnx_graph.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    inkstone::read_onnx_graph(std::as_bytes(std::span(data, size)));
  } catch (const inkstone::Error&) {
  }
  return 0;
}
