// A small zlib compressor for pictures that leave a run (RFC 1950, 1951): greedy matching over a window of 32 KiB and Huffman
// codes made per block. The training ring links no compression library; this one comes within some 10% of it.
#pragma once

#include <string>

#include "core/files.hpp"

namespace inkstone {

std::string zlib_compress(Bytes bytes);

}  // namespace inkstone
