// Hostile .caffemodel files: whatever the bytes, the reader returns or throws inkstone::Error.
#include <cstddef>
#include <cstdint>

#include "inkstone/error.hpp"
#include "weights/caffemodel.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    inkstone::read_caffemodel(std::as_bytes(std::span(data, size)));
  } catch (const inkstone::Error&) {
  }
  return 0;
}
