#include "kernels/batch_norm.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/ivalue.h>
#include <ATen/record_function.h>

// One body, compiled for several processors and chosen at start-up. Sanitizers cannot instrument the choosing.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define INKSTONE_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define INKSTONE_CLONES
#endif
#define INKSTONE_INLINE inline __attribute__((always_inline))

namespace inkstone::kernels {
namespace {

constexpr int64_t kBlock = 256;  // rows summed in float32 before a sum goes on in float64

using Half = uint16_t;  // the bits of a bfloat16

INKSTONE_INLINE float load(float v) { return v; }
INKSTONE_INLINE float load(Half v) {
  const uint32_t bits = uint32_t(v) << 16;
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}
INKSTONE_INLINE void store(float& to, float v) { to = v; }
INKSTONE_INLINE void store(Half& to, float v) {  // to the nearest, ties to even
  uint32_t bits;
  std::memcpy(&bits, &v, sizeof bits);
  to = Half((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

// Sums of (x - origin) and of its square over a block of rows.
template <class T>
INKSTONE_INLINE void moments_body(const T* __restrict x, const float* __restrict origin, float* __restrict sum, float* __restrict square,
                                  int64_t rows, int64_t channels) {
  for (int64_t r = 0; r < rows; ++r, x += channels)
    for (int64_t c = 0; c < channels; ++c) {
      const float v = load(x[c]) - origin[c];
      sum[c] += v;
      square[c] += v * v;
    }
}

template <class T>
INKSTONE_INLINE void rectify_body(const T* __restrict x, T* __restrict y, const float* __restrict scale, const float* __restrict shift,
                                  float slope, int64_t rows, int64_t channels) {
  for (int64_t r = 0; r < rows; ++r, x += channels, y += channels)
    for (int64_t c = 0; c < channels; ++c) {
      const float v = load(x[c]) * scale[c] + shift[c];
      store(y[c], v > 0 ? v : slope * v);
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
      const float g = v * scale[c] + shift[c] > 0 ? d : slope * d;
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
      const float g = v * scale[c] + shift[c] > 0 ? d : slope * d;
      store(dx[c], scale[c] * g + slant[c] * v + offset[c]);
    }
}

INKSTONE_CLONES void moments(const float* x, const float* origin, float* sum, float* square, int64_t rows, int64_t channels) {
  moments_body(x, origin, sum, square, rows, channels);
}
INKSTONE_CLONES void moments(const Half* x, const float* origin, float* sum, float* square, int64_t rows, int64_t channels) {
  moments_body(x, origin, sum, square, rows, channels);
}
INKSTONE_CLONES void rectify(const float* x, float* y, const float* scale, const float* shift, float slope, int64_t rows, int64_t channels) {
  rectify_body(x, y, scale, shift, slope, rows, channels);
}
INKSTONE_CLONES void rectify(const Half* x, Half* y, const float* scale, const float* shift, float slope, int64_t rows, int64_t channels) {
  rectify_body(x, y, scale, shift, slope, rows, channels);
}
INKSTONE_CLONES void gradient_sums(const float* dy, const float* x, const float* scale, const float* shift, const float* mean, float slope,
                                   float* sum, float* product, int64_t rows, int64_t channels) {
  gradient_sums_body(dy, x, scale, shift, mean, slope, sum, product, rows, channels);
}
INKSTONE_CLONES void gradient_sums(const Half* dy, const Half* x, const float* scale, const float* shift, const float* mean, float slope,
                                   float* sum, float* product, int64_t rows, int64_t channels) {
  gradient_sums_body(dy, x, scale, shift, mean, slope, sum, product, rows, channels);
}
INKSTONE_CLONES void gradient(const float* dy, const float* x, float* dx, const float* scale, const float* shift, const float* slant,
                              const float* offset, float slope, int64_t rows, int64_t channels) {
  gradient_body(dy, x, dx, scale, shift, slant, offset, slope, rows, channels);
}
INKSTONE_CLONES void gradient(const Half* dy, const Half* x, Half* dx, const float* scale, const float* shift, const float* slant,
                              const float* offset, float slope, int64_t rows, int64_t channels) {
  gradient_body(dy, x, dx, scale, shift, slant, offset, slope, rows, channels);
}

int64_t rows_of(const at::Tensor& x) { return x.numel() / x.size(1); }
int64_t blocks_of(const at::Tensor& x) { return (rows_of(x) + kBlock - 1) / kBlock; }
const float* vector_of(const at::Tensor& v) { return v.data_ptr<float>(); }

// Calls body(type of an element, first row, rows, block) for every block, in parallel.
template <class Body>
void for_each_block(const at::Tensor& x, Body body) {
  const int64_t rows = rows_of(x);
  at::parallel_for(0, blocks_of(x), 1, [&](int64_t begin, int64_t end) {
    for (int64_t b = begin; b < end; ++b) {
      const int64_t first = b * kBlock, count = std::min(kBlock, rows - first);
      x.scalar_type() == at::kFloat ? body(float(), first, count, b) : body(Half(), first, count, b);
    }
  });
}

template <class T>
T* row(const at::Tensor& x, int64_t index) {
  return static_cast<T*>(x.data_ptr()) + index * x.size(1);
}

// float32 [blocks,2,C] -> float64 [2,C]
at::Tensor joint(const at::Tensor& partial) { return partial.sum(0, false, at::kDouble); }

}  // namespace

bool takes_batch_norm(const at::Tensor& x) {
  const auto type = x.scalar_type();
  return x.is_cpu() && (x.dim() == 2 || x.dim() == 4) && (type == at::kFloat || type == at::kBFloat16) && x.numel() > 0;
}

at::Tensor in_rows(const at::Tensor& x) { return x.dim() == 4 ? x.contiguous(at::MemoryFormat::ChannelsLast) : x.contiguous(); }

ChannelMoments channel_moments(const at::Tensor& x) {
  RECORD_FUNCTION("inkstone::channel_moments", std::vector<c10::IValue>({x}));
  const int64_t channels = x.size(1);
  // deviations from the first pixel rather than from zero: no cancellation where the mean is large
  const auto origin = (x.dim() == 4 ? x.select(0, 0).select(1, 0).select(1, 0) : x.select(0, 0)).to(at::kFloat).contiguous();
  const auto partial = at::zeros({blocks_of(x), 2, channels}, at::kFloat);
  for_each_block(x, [&](auto type, int64_t first, int64_t count, int64_t block) {
    float* sums = partial.data_ptr<float>() + block * 2 * channels;
    moments(row<decltype(type)>(x, first), vector_of(origin), sums, sums + channels, count, channels);
  });
  const auto means = joint(partial) / rows_of(x);
  const auto shift = means.select(0, 0);
  return {(origin + shift).to(at::kFloat), (means.select(0, 1) - shift.square()).clamp_min(0).to(at::kFloat)};
}

at::Tensor scale_rectify(const at::Tensor& x, const at::Tensor& scale, const at::Tensor& shift, double slope) {
  RECORD_FUNCTION("inkstone::batch_norm_rectify", std::vector<c10::IValue>({x, scale, shift}));
  const auto y = at::empty_like(x);
  for_each_block(x, [&](auto type, int64_t first, int64_t count, int64_t) {
    using T = decltype(type);
    rectify(row<T>(x, first), row<T>(y, first), vector_of(scale), vector_of(shift), float(slope), count, x.size(1));
  });
  return y;
}

BatchNormGradients batch_norm_backward(const at::Tensor& dy, const at::Tensor& x, const at::Tensor& mean,
                                       const at::Tensor& inverse_deviation, const at::Tensor& weight, const at::Tensor& bias,
                                       double slope) {
  RECORD_FUNCTION("inkstone::batch_norm_rectify_backward", std::vector<c10::IValue>({dy, x, weight, bias}));
  const int64_t channels = x.size(1);
  const auto scale = (weight * inverse_deviation).contiguous(), shift = (bias - mean * scale).contiguous();
  const auto partial = at::zeros({blocks_of(x), 2, channels}, at::kFloat);
  for_each_block(x, [&](auto type, int64_t first, int64_t count, int64_t block) {
    using T = decltype(type);
    float* sums = partial.data_ptr<float>() + block * 2 * channels;
    gradient_sums(row<T>(dy, first), row<T>(x, first), vector_of(scale), vector_of(shift), vector_of(mean), float(slope), sums,
                  sums + channels, count, channels);
  });
  const auto sums = joint(partial);
  const auto to_bias = sums.select(0, 0), to_weight = sums.select(0, 1) * inverse_deviation;
  const auto slant = (to_weight * inverse_deviation * scale / -rows_of(x)).to(at::kFloat);
  const auto offset = (to_bias * scale / -rows_of(x) - slant * mean).to(at::kFloat);
  const auto dx = at::empty_like(x);
  for_each_block(x, [&](auto type, int64_t first, int64_t count, int64_t) {
    using T = decltype(type);
    gradient(row<T>(dy, first), row<T>(x, first), row<T>(dx, first), vector_of(scale), vector_of(shift), vector_of(slant),
             vector_of(offset), float(slope), count, channels);
  });
  return {dx, to_weight.to(at::kFloat), to_bias.to(at::kFloat)};
}

}  // namespace inkstone::kernels
