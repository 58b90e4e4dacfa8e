// Checksums of what a run writes: Adler-32 (zlib streams, RFC 1950) and CRC-32C (TensorBoard's record files; RFC 3720, appendix
// B.4).
#pragma once

#include <cstdint>

#include "core/files.hpp"

namespace inkstone {

uint32_t adler32(Bytes bytes);
uint32_t crc32c(Bytes bytes);

// As TFRecord files store it: rotated and offset, so that a checksum of data that holds checksums stays meaningful.
uint32_t masked_crc32c(Bytes bytes);

}  // namespace inkstone
