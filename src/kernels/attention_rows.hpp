// The inner loops of attention in bfloat16, alone in a file that is compiled for AVX-512 bf16: nothing of the standard library
// is used there, since the linker might keep that copy of it for every processor.
#pragma once

#include <cstdint>

namespace inkstone::kernels::attention_rows {

inline constexpr int64_t kRows = 48;    // queries to a block
inline constexpr int64_t kKeys = 64;    // keys that the inner product takes at once
inline constexpr int64_t kBlock = 256;  // keys between two looks at the running maximum

inline int64_t padded(int64_t n, int64_t to) {
  return (n + to - 1) / to * to;
}

// Keys in groups of 64, a pair of dimensions of each side by side: [keys/64][depth/2][64][2], zero beyond the last.
// rows: `keys` of them, `stride` elements apart; packed: padded(keys, 64) * depth.
void pack_keys(const uint16_t* rows, int64_t stride, int64_t keys, int64_t depth, uint16_t* packed);

// Values with two keys side by side: [keys/2][padded depth][2], keys padded to 64, depth to 16, with zeros.
void pack_values(const uint16_t* rows, int64_t stride, int64_t keys, int64_t depth, uint16_t* packed);

struct Block {
  const uint16_t* queries;  // rows, query_stride apart
  int64_t query_stride, rows;
  const uint16_t *keys, *values;  // packed
  int64_t key_count, depth;
  float scale;    // of the scores, in base 2: log2(e) / sqrt(depth)
  uint16_t* out;  // rows, out_stride apart
  int64_t out_stride;
  // scratch: scores kRows * kBlock, weights kRows * kBlock, sums kRows * padded(depth, 16)
  float* scores;
  uint16_t* weights;
  float* sums;
};
void attend(const Block& block);

}  // namespace inkstone::kernels::attention_rows
