#include "kernels/group_norm_rows.hpp"

#include "kernels/exponential.hpp"
#include "kernels/vector_clones.hpp"

namespace inkstone::kernels::rows {
namespace {

INKSTONE_INLINE float sigmoid(float z) {
  return 1.0F / (1.0F + exponential(-z));
}

// The two rounds of a 32-bit integer hash with low bias (C. Wellons, hash-prospector), with a key before each.
INKSTONE_INLINE uint32_t hash(uint32_t i, uint32_t key_a, uint32_t key_b) {
  i += key_a;
  i ^= i >> 16;
  i *= 0x21f0aaadU;
  i ^= key_b;
  i ^= i >> 15;
  i *= 0xd35a2d97U;
  return i ^ (i >> 15);
}

}  // namespace

INKSTONE_VECTOR_CLONES void widen(const uint16_t* in, float* out, int64_t n) {
  for (int64_t i = 0; i < n; ++i) out[i] = std::bit_cast<float>(static_cast<uint32_t>(in[i]) << 16);
}

INKSTONE_VECTOR_CLONES void narrow(const float* in, uint16_t* out, int64_t n) {
  for (int64_t i = 0; i < n; ++i) {
    const uint32_t bits = std::bit_cast<uint32_t>(in[i]);
    const uint32_t rounded = (bits + 0x7fffU + ((bits >> 16) & 1U)) >> 16;
    const bool nan = (bits & 0x7fffffffU) > 0x7f800000U;
    out[i] = static_cast<uint16_t>(nan ? 0x7fc0U : rounded);
  }
}

INKSTONE_VECTOR_CLONES void moments(const float* __restrict x, const float* __restrict pivot, float* __restrict sum,
                                    float* __restrict square, int64_t n) {
  for (int64_t i = 0; i < n; ++i) {
    const float d = x[i] - pivot[i];
    sum[i] += d;
    square[i] += d * d;
  }
}

INKSTONE_VECTOR_CLONES void affine(const float* x, const float* __restrict scale, const float* __restrict offset, float* y,
                                   int64_t n) {
  for (int64_t i = 0; i < n; ++i) y[i] = x[i] * scale[i] + offset[i];
}

INKSTONE_VECTOR_CLONES void affine_silu(const float* x, const float* __restrict scale, const float* __restrict offset, float* y,
                                        int64_t n) {
  for (int64_t i = 0; i < n; ++i) {
    const float z = x[i] * scale[i] + offset[i];
    y[i] = z * sigmoid(z);
  }
}

INKSTONE_VECTOR_CLONES void drop(float* values, uint32_t first, const Mask& mask, int64_t n) {
  const uint32_t a = mask.key_a, b = mask.key_b, threshold = mask.threshold;
  const float scale = mask.scale;
  for (int64_t i = 0; i < n; ++i) {
    const float kept = values[i] * scale;
    values[i] = hash(first + static_cast<uint32_t>(i), a, b) >= threshold ? kept : 0.0F;
  }
}

INKSTONE_VECTOR_CLONES void reduce(const float* __restrict x, float* __restrict dy, const float* __restrict u,
                                   const float* __restrict v, Sums sums, int64_t n) {
  float* __restrict sh = sums.h, * __restrict sz = sums.dz, * __restrict szh = sums.dz_h;
  for (int64_t i = 0; i < n; ++i) {
    const float h = u[i] * x[i] + v[i];
    sh[i] += h;
    sz[i] += dy[i];
    szh[i] += dy[i] * h;
  }
}

INKSTONE_VECTOR_CLONES void reduce_silu(const float* __restrict x, float* __restrict dy, const float* __restrict u,
                                        const float* __restrict v, const float* __restrict gamma, const float* __restrict beta,
                                        Sums sums, int64_t n) {
  float* __restrict sh = sums.h, * __restrict sz = sums.dz, * __restrict szh = sums.dz_h;
  for (int64_t i = 0; i < n; ++i) {
    const float h = u[i] * x[i] + v[i];
    const float z = gamma[i] * h + beta[i];
    const float s = sigmoid(z);
    const float dz = dy[i] * (s * (1.0F + z * (1.0F - s)));
    dy[i] = dz;
    sh[i] += h;
    sz[i] += dz;
    szh[i] += dz * h;
  }
}

INKSTONE_VECTOR_CLONES void combine(float* __restrict dz, const float* __restrict x, const float* __restrict a,
                                    const float* __restrict b, const float* __restrict c, int64_t n) {
  for (int64_t i = 0; i < n; ++i) dz[i] = a[i] * dz[i] + b[i] * x[i] + c[i];
}

}  // namespace inkstone::kernels::rows
