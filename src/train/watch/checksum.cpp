#include "train/watch/checksum.hpp"

#include <array>
#include <bit>

namespace inkstone {
namespace {

using Table = std::array<uint32_t, 256>;

// One byte at a time, bits reflected; the polynomial is given reflected too.
constexpr Table table_of(uint32_t polynomial) {
  Table table{};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    uint32_t rest = byte;
    for (int bit = 0; bit < 8; ++bit) rest = (rest >> 1) ^ (rest & 1 ? polynomial : 0);
    table[byte] = rest;
  }
  return table;
}

constexpr Table kCrc32c = table_of(0x82F63B78);

}  // namespace

uint32_t crc32c(Bytes bytes) {
  uint32_t rest = ~0u;
  for (const auto byte : bytes) rest = kCrc32c[(rest ^ static_cast<uint8_t>(byte)) & 255] ^ (rest >> 8);
  return ~rest;
}

uint32_t masked_crc32c(Bytes bytes) {
  return std::rotr(crc32c(bytes), 15) + 0xa282ead8u;
}

uint32_t adler32(Bytes bytes) {
  constexpr uint64_t kPrime = 65521;
  uint64_t sum = 1, sum_of_sums = 0;
  for (const auto byte : bytes) {
    sum = (sum + static_cast<uint8_t>(byte)) % kPrime;
    sum_of_sums = (sum_of_sums + sum) % kPrime;
  }
  return static_cast<uint32_t>(sum_of_sums << 16 | sum);
}

}  // namespace inkstone
