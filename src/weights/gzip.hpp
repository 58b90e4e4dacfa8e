// Unpacking of gzip (RFC 1952) and of the deflate streams that zip archives hold (RFC 1951), bounded: a hostile file may unpack
// to a thousand times its size.
#pragma once

#include <cstdint>
#include <string>

#include "core/files.hpp"

namespace inkstone {

bool is_gzip(Bytes bytes);

// All members of the file, one after the other, but no more than limit bytes of them; what lies beyond is not looked
// at, so ask for one more to see whether there is more. Throws corrupt_file (damaged, cut), unsupported (built without zlib).
std::string gunzip(Bytes bytes, std::uint64_t limit);

// A bare deflate stream, no more than limit bytes of it. Throws as gunzip does.
std::string inflated(Bytes stream, std::uint64_t limit);

}  // namespace inkstone
