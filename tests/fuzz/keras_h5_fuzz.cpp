// Hostile HDF5 files: whatever the bytes, the reader returns or throws inkstone::Error.
#include <cstddef>
#include <cstdint>

#include "inkstone/error.hpp"
#include "weights/keras_h5.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    inkstone::read_keras_h5(std::as_bytes(std::span(data, size)));
  } catch (const inkstone::Error&) {
  }
  return 0;
}
