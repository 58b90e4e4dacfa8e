// Adam whose moments are kept in eight bits (Dettmers et al., "8-bit optimizers via block-wise quantization", ICLR 2022): a code
// of dynamic precision for each number, relative to the largest of its block, so that one large number costs its own block alone.
#pragma once

#include <array>
#include <cstdint>

#include "kernels/adam.hpp"

namespace inkstone {

inline constexpr int64_t kEightBitBlock = 256;  // numbers that share a scale

// What the 256 codes mean, rising. Of a number's bits the zeros after the sign say how many tenths, the rest cut [0.1,1] evenly:
// with e from 0 to 6, 2^e values 10^(e-6) (0.1 + 0.9 (j + 1/2) / 2^e) of either sign, with 0 and 1. Without a sign its bit makes
// the cuts twice as fine.
const std::array<float, 256>& dynamic_values(bool with_sign);

inline int64_t eight_bit_blocks(int64_t n) {
  return (n + kEightBitBlock - 1) / kEightBitBlock;
}

// values of n numbers <-> n codes and a scale for each block: the largest magnitude in it. Each becomes the nearest value;
// without a sign, what is above 0 never becomes 0, so that nothing is divided by it.
void to_eight_bits(const float* values, int64_t n, bool with_sign, uint8_t* codes, float* scales);
void from_eight_bits(const uint8_t* codes, const float* scales, int64_t n, bool with_sign, float* values);

struct EightBitMoments {
  uint8_t *first, *second;              // n codes each
  float *first_scales, *second_scales;  // one for each block
};

// adam() on numbers that are spread out block by block and kept again.
void adam_eight_bit(float* weight, const float* gradient, const EightBitMoments& moments, int64_t n, const AdamStep& step);

}  // namespace inkstone
