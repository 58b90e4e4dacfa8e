// CRC-32 as zip, gzip and PNG define it (ISO 3309, polynomial 0x04C11DB7 reflected), and CRC-32C, TensorFlow's (RFC 3720,
// appendix B.4, polynomial 0x1EDC6F41 reflected): they find damage, not forgery. By sixteen tables at once: Kounavis and Berry,
// "A systematic approach to building high performance software-based CRC generators", ISCC 2005.
#pragma once

#include <cstdint>

#include "core/files.hpp"

namespace inkstone {

// Of bytes; or of what came before and these, where `before` is its CRC.
std::uint32_t crc32(Bytes bytes, std::uint32_t before = 0);

std::uint32_t crc32c(Bytes bytes);

// As TensorFlow's files store it: rotated and offset, so that a checksum of data that holds checksums stays meaningful.
std::uint32_t masked_crc32c(Bytes bytes);

}  // namespace inkstone
