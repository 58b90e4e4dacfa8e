// CRC-32 as zip, gzip and PNG define it (ISO 3309, polynomial 0x04C11DB7 reflected): it finds damage, not forgery.
// By sixteen tables at once: Kounavis and Berry, "A systematic approach to building high performance software-based
// CRC generators", ISCC 2005.
#pragma once

#include <cstdint>

#include "core/files.hpp"

namespace inkstone {

// Of bytes; or of what came before and these, where `before` is its CRC.
std::uint32_t crc32(Bytes bytes, std::uint32_t before = 0);

}  // namespace inkstone
