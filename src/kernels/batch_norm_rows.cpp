#include "kernels/batch_norm_rows.hpp"

#include <cstring>

#include "kernels/vector_clones.hpp"

namespace inkstone::kernels::rows {
namespace {

#define INKSTONE_INLINE inline __attribute__((always_inline))

INKSTONE_INLINE float load(float v) {
  return v;
}
INKSTONE_INLINE float load(Half v) {
  const uint32_t bits = uint32_t(v) << 16;
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}
INKSTONE_INLINE void store(float& to, float v) {
  to = v;
}
INKSTONE_INLINE void store(Half& to, float v) {  // to the nearest, ties to even
  uint32_t bits;
  std::memcpy(&bits, &v, sizeof bits);
  to = Half((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

// The rectifier's derivative. A choice between two constants becomes vector code, one between v and slope v does not.
INKSTONE_INLINE float gain(float v, float slope) {
  return v > 0 ? 1.0F : slope;
}

// Sums of (x - origin) and of its square over a block of rows.
template <class T>
INKSTONE_INLINE void moments_body(const T* __restrict x, const float* __restrict origin, float* __restrict sum,
                                  float* __restrict square, int64_t rows, int64_t channels) {
  for (int64_t r = 0; r < rows; ++r, x += channels)
    for (int64_t c = 0; c < channels; ++c) {
      const float v = load(x[c]) - origin[c];
      sum[c] += v;
      square[c] += v * v;
    }
}

template <class T>
INKSTONE_INLINE void rectify_body(const T* __restrict x, T* __restrict y, const float* __restrict scale,
                                  const float* __restrict shift, float slope, int64_t rows, int64_t channels) {
  for (int64_t r = 0; r < rows; ++r, x += channels, y += channels)
    for (int64_t c = 0; c < channels; ++c) {
      const float v = load(x[c]) * scale[c] + shift[c];
      store(y[c], v * gain(v, slope));
    }
}

// Sums of g = d loss / d (normalised output) and of g (x - mean).
template <class T>
INKSTONE_INLINE void gradient_sums_body(const T* __restrict dy, const T* __restrict x, const float* __restrict scale,
                                        const float* __restrict shift, const float* __restrict mean, float slope,
                                        float* __restrict sum, float* __restrict product, int64_t rows, int64_t channels) {
  for (int64_t r = 0; r < rows; ++r, x += channels, dy += channels)
    for (int64_t c = 0; c < channels; ++c) {
      const float v = load(x[c]), d = load(dy[c]);
      const float g = d * gain(v * scale[c] + shift[c], slope);
      sum[c] += g;
      product[c] += g * (v - mean[c]);
    }
}

// dx = scale g + slant x + offset: what the chain rule through mean and deviation comes to, per channel.
template <class T>
INKSTONE_INLINE void gradient_body(const T* __restrict dy, const T* __restrict x, T* __restrict dx, const float* __restrict scale,
                                   const float* __restrict shift, const float* __restrict slant, const float* __restrict offset,
                                   float slope, int64_t rows, int64_t channels) {
  for (int64_t r = 0; r < rows; ++r, x += channels, dy += channels, dx += channels)
    for (int64_t c = 0; c < channels; ++c) {
      const float v = load(x[c]), d = load(dy[c]);
      const float g = d * gain(v * scale[c] + shift[c], slope);
      store(dx[c], scale[c] * g + slant[c] * v + offset[c]);
    }
}

}  // namespace

INKSTONE_VECTOR_CLONES
void moments(const float* x, const float* origin, float* sum, float* square, int64_t rows, int64_t channels) {
  moments_body(x, origin, sum, square, rows, channels);
}
INKSTONE_VECTOR_CLONES
void moments(const Half* x, const float* origin, float* sum, float* square, int64_t rows, int64_t channels) {
  moments_body(x, origin, sum, square, rows, channels);
}
INKSTONE_VECTOR_CLONES
void rectify(const float* x, float* y, const float* scale, const float* shift, float slope, int64_t rows, int64_t channels) {
  rectify_body(x, y, scale, shift, slope, rows, channels);
}
INKSTONE_VECTOR_CLONES
void rectify(const Half* x, Half* y, const float* scale, const float* shift, float slope, int64_t rows, int64_t channels) {
  rectify_body(x, y, scale, shift, slope, rows, channels);
}
INKSTONE_VECTOR_CLONES
void gradient_sums(const float* dy, const float* x, const float* scale, const float* shift, const float* mean, float slope,
                   float* sum, float* product, int64_t rows, int64_t channels) {
  gradient_sums_body(dy, x, scale, shift, mean, slope, sum, product, rows, channels);
}
INKSTONE_VECTOR_CLONES
void gradient_sums(const Half* dy, const Half* x, const float* scale, const float* shift, const float* mean, float slope,
                   float* sum, float* product, int64_t rows, int64_t channels) {
  gradient_sums_body(dy, x, scale, shift, mean, slope, sum, product, rows, channels);
}
INKSTONE_VECTOR_CLONES
void gradient(const float* dy, const float* x, float* dx, const float* scale, const float* shift, const float* slant,
              const float* offset, float slope, int64_t rows, int64_t channels) {
  gradient_body(dy, x, dx, scale, shift, slant, offset, slope, rows, channels);
}
INKSTONE_VECTOR_CLONES
void gradient(const Half* dy, const Half* x, Half* dx, const float* scale, const float* shift, const float* slant,
              const float* offset, float slope, int64_t rows, int64_t channels) {
  gradient_body(dy, x, dx, scale, shift, slant, offset, slope, rows, channels);
}

}  // namespace inkstone::kernels::rows
