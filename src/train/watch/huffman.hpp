// Huffman codes as deflate wants them: lengths limited, canonical, bits reversed (RFC 1951, 3.2.2).
#pragma once

#include <cstdint>
#include <vector>

namespace inkstone {

// Bits per symbol, at most `limit`; 0 for symbols that do not occur. At least two symbols get a code, which keeps every decoder
// happy.
std::vector<int> huffman_lengths(std::vector<uint64_t> counts, int limit);

// The code of each symbol, first bit lowest.
std::vector<uint32_t> huffman_codes(const std::vector<int>& lengths);

}  // namespace inkstone
