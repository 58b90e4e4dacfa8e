// Checksums of what a run writes: Adler-32 (zlib streams, RFC 1950), and those of TensorBoard's record files (core/crc32.hpp).
#pragma once

#include <cstdint>

#include "core/crc32.hpp"

namespace inkstone {

uint32_t adler32(Bytes bytes);

}  // namespace inkstone
