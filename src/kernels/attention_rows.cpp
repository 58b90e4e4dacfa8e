#include "kernels/attention_rows.hpp"

#ifdef __AVX512BF16__

#include <immintrin.h>

namespace inkstone::kernels::attention_rows {
namespace {

inline __m512bh pair(const void* two) {
  int32_t value;
  __builtin_memcpy(&value, two, sizeof value);
  return (__m512bh)_mm512_set1_epi32(value);
}
inline __m512bh pairs(const uint16_t* p) {
  return (__m512bh)_mm512_loadu_si512(p);
}

// R rows of a (pairs of k, lda elements apart) times packed columns (ldb elements from one pair of k to the next), C vectors of
// 16 columns -> out (+)= in float32.
template <int R, int C, bool kAdd>
inline void product(const uint16_t* a, int64_t lda, const uint16_t* b, int64_t ldb, int64_t k_pairs, float* out, int64_t ldo) {
  __m512 sum[R][C];
  for (int r = 0; r < R; ++r)
    for (int c = 0; c < C; ++c) sum[r][c] = kAdd ? _mm512_loadu_ps(out + r * ldo + 16 * c) : _mm512_setzero_ps();
  for (int64_t p = 0; p < k_pairs; ++p) {
    __m512bh column[C];
    for (int c = 0; c < C; ++c) column[c] = pairs(b + p * ldb + 32 * c);
    for (int r = 0; r < R; ++r) {
      const __m512bh x = pair(a + r * lda + 2 * p);
      for (int c = 0; c < C; ++c) sum[r][c] = _mm512_dpbf16_ps(sum[r][c], x, column[c]);
    }
  }
  for (int r = 0; r < R; ++r)
    for (int c = 0; c < C; ++c) _mm512_storeu_ps(out + r * ldo + 16 * c, sum[r][c]);
}

template <int C, bool kAdd>
void products(int64_t rows, const uint16_t* a, int64_t lda, const uint16_t* b, int64_t ldb, int64_t k_pairs, float* out,
              int64_t ldo) {
  int64_t r = 0;
  for (; r + 6 <= rows; r += 6) product<6, C, kAdd>(a + r * lda, lda, b, ldb, k_pairs, out + r * ldo, ldo);
  for (; r < rows; ++r) product<1, C, kAdd>(a + r * lda, lda, b, ldb, k_pairs, out + r * ldo, ldo);
}

// 2^x for x <= 0; what is below 2^-126 becomes that.
inline __m512 exp2(__m512 x) {
  x = _mm512_max_ps(x, _mm512_set1_ps(-126.f));
  const __m512 whole = _mm512_roundscale_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC), f = _mm512_sub_ps(x, whole);
  __m512 y = _mm512_set1_ps(1.3333558e-3f);  // ln(2)^k / k!
  y = _mm512_fmadd_ps(y, f, _mm512_set1_ps(9.6181291e-3f));
  y = _mm512_fmadd_ps(y, f, _mm512_set1_ps(5.5504109e-2f));
  y = _mm512_fmadd_ps(y, f, _mm512_set1_ps(2.4022651e-1f));
  y = _mm512_fmadd_ps(y, f, _mm512_set1_ps(6.9314718e-1f));
  y = _mm512_fmadd_ps(y, f, _mm512_set1_ps(1.f));
  return _mm512_scalef_ps(y, whole);
}

// One row of `keys` scores (a multiple of 16 in memory) -> weights 2^(score * scale - most). Returns their sum.
inline float weigh(float* scores, int64_t keys, int64_t padded_keys, float scale, float most, uint16_t* weights) {
  const __m512 by = _mm512_set1_ps(scale), top = _mm512_set1_ps(most);
  __m512 sum = _mm512_setzero_ps();
  for (int64_t j = 0; j < padded_keys; j += 16) {
    const int64_t left = keys - j;
    const __mmask16 in = left >= 16 ? 0xFFFF : left <= 0 ? 0 : (__mmask16)((1u << left) - 1);
    const __m512 w = _mm512_maskz_mov_ps(in, exp2(_mm512_fmsub_ps(_mm512_loadu_ps(scores + j), by, top)));
    sum = _mm512_add_ps(sum, w);
    _mm256_storeu_si256((__m256i*)(weights + j), (__m256i)_mm512_cvtneps_pbh(w));
  }
  return _mm512_reduce_add_ps(sum);
}

inline float most_of(const float* scores, int64_t keys) {
  __m512 most = _mm512_set1_ps(-__builtin_inff());
  int64_t j = 0;
  for (; j + 16 <= keys; j += 16) most = _mm512_max_ps(most, _mm512_loadu_ps(scores + j));
  if (j < keys) most = _mm512_mask_max_ps(most, (__mmask16)((1u << (keys - j)) - 1), most, _mm512_loadu_ps(scores + j));
  return _mm512_reduce_max_ps(most);
}

inline void scale_row(float* row, int64_t n, float by) {
  const __m512 factor = _mm512_set1_ps(by);
  for (int64_t i = 0; i < n; i += 16) _mm512_storeu_ps(row + i, _mm512_mul_ps(_mm512_loadu_ps(row + i), factor));
}

inline float exp2_of(float x) {
  return _mm512_cvtss_f32(exp2(_mm512_set1_ps(x)));
}

void add_values(const Block& b, int64_t key, int64_t padded_keys, int64_t depth16) {
  const uint16_t* values = b.values + key * depth16;
  for (int64_t d = 0; d < depth16;) {
    const int64_t vectors = (depth16 - d) / 16;
    const auto* column = values + 2 * d;
    if (vectors >= 4)
      products<4, true>(b.rows, b.weights, kBlock, column, 2 * depth16, padded_keys / 2, b.sums + d, depth16), d += 64;
    else if (vectors == 3)
      products<3, true>(b.rows, b.weights, kBlock, column, 2 * depth16, padded_keys / 2, b.sums + d, depth16), d += 48;
    else if (vectors == 2)
      products<2, true>(b.rows, b.weights, kBlock, column, 2 * depth16, padded_keys / 2, b.sums + d, depth16), d += 32;
    else
      products<1, true>(b.rows, b.weights, kBlock, column, 2 * depth16, padded_keys / 2, b.sums + d, depth16), d += 16;
  }
}

void write_row(const float* sums, int64_t depth, float total, uint16_t* out) {
  const __m512 by = _mm512_set1_ps(1 / total);
  for (int64_t d = 0; d < depth; d += 16) {
    const __mmask16 in = depth - d >= 16 ? 0xFFFF : (__mmask16)((1u << (depth - d)) - 1);
    _mm256_mask_storeu_epi16(out + d, in, (__m256i)_mm512_cvtneps_pbh(_mm512_mul_ps(_mm512_loadu_ps(sums + d), by)));
  }
}

}  // namespace

void pack_keys(const uint16_t* rows, int64_t stride, int64_t keys, int64_t depth, uint16_t* packed) {
  const int64_t half = depth / 2;
  for (int64_t key = 0; key < padded(keys, kKeys); ++key) {
    uint16_t* group = packed + key / kKeys * kKeys * depth + key % kKeys * 2;
    for (int64_t p = 0; p < half; ++p) {
      uint16_t* to = group + p * kKeys * 2;
      if (key < keys)
        __builtin_memcpy(to, rows + key * stride + 2 * p, 4);
      else
        to[0] = to[1] = 0;
    }
  }
}

void pack_values(const uint16_t* rows, int64_t stride, int64_t keys, int64_t depth, uint16_t* packed) {
  const int64_t wide = padded(depth, 16);
  for (int64_t key = 0; key < padded(keys, kKeys); ++key) {
    uint16_t* to = packed + key / 2 * wide * 2 + key % 2;
    for (int64_t d = 0; d < wide; ++d) to[2 * d] = key < keys && d < depth ? rows[key * stride + d] : 0;
  }
}

void attend(const Block& b) {
  const int64_t depth16 = padded(b.depth, 16);
  float most[kRows], total[kRows];
  for (int64_t r = 0; r < b.rows; ++r) most[r] = -__builtin_inff(), total[r] = 0;
  for (int64_t i = 0; i < b.rows * depth16; ++i) b.sums[i] = 0;
  for (int64_t key = 0; key < b.key_count; key += kBlock) {
    const int64_t keys = b.key_count - key < kBlock ? b.key_count - key : kBlock, wide = padded(keys, kKeys);
    for (int64_t j = 0; j < wide; j += kKeys)
      products<4, false>(b.rows, b.queries, b.query_stride, b.keys + (key + j) * b.depth, 2 * kKeys, b.depth / 2, b.scores + j,
                         kBlock);
    for (int64_t r = 0; r < b.rows; ++r) {
      float* scores = b.scores + r * kBlock;
      const float here = most_of(scores, keys) * b.scale, top = here > most[r] ? here : most[r];
      if (key > 0 && top > most[r]) {
        const float shrink = exp2_of(most[r] - top);
        scale_row(b.sums + r * depth16, depth16, shrink);
        total[r] *= shrink;
      }
      total[r] += weigh(scores, keys, wide, b.scale, top, b.weights + r * kBlock);
      most[r] = top;
    }
    add_values(b, key, wide, depth16);
  }
  for (int64_t r = 0; r < b.rows; ++r) write_row(b.sums + r * depth16, b.depth, total[r], b.out + r * b.out_stride);
}

}  // namespace inkstone::kernels::attention_rows

#endif
