#include "train/watch/checksum.hpp"

namespace inkstone {

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
