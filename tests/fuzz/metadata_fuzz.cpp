// Metadata of hostile pictures: whatever the bytes, the reader returns or throws inkstone::Error, and what it
// returned can be written again.
#include <cstddef>
#include <cstdint>
#include <span>

#include "image/encode.hpp"
#include "image/metadata.hpp"
#include "inkstone/error.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace inkstone;
  try {
    Metadata metadata = read_metadata(std::as_bytes(std::span(data, size)));
    metadata.keep_private = true;
    static const Image pixel(1, 1, 3);
    encode_image(pixel, {.format = ImageFormat::jpeg, .metadata = metadata});
    encode_image(pixel, {.format = ImageFormat::png, .metadata = metadata});
  } catch (const Error&) {
  }
  return 0;
}
