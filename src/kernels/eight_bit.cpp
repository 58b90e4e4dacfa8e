#include "kernels/eight_bit.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include "kernels/vector_clones.hpp"

namespace inkstone::kernels {
namespace {

constexpr int64_t kGrain = 1 << 10;  // blocks for a thread

float quantise(const float* from, int8_t* to, int64_t count) {
  float largest = 0;
  for (int64_t i = 0; i < count; ++i) largest = std::max(largest, std::abs(from[i]));
  const float scale = largest / 127, inverse = scale > 0 ? 1 / scale : 0;
  for (int64_t i = 0; i < count; ++i) to[i] = int8_t(std::lrint(from[i] * inverse));
  return scale;
}

// A finite float32 to the nearest bfloat16, ties to even.
inline uint16_t bfloat16_bits(float v) {
  const auto bits = std::bit_cast<uint32_t>(v);
  return uint16_t((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

inline void put(float v, float& to) {
  to = v;
}
inline void put(float v, uint16_t& to) {
  to = bfloat16_bits(v);
}

// Whole blocks, whose constant length the compiler turns into a few vectors, then the rest.
template <class Number>
inline void restore_blocks(const int8_t* from, const float* scales, Number* to, int64_t blocks, int64_t rest) {
  for (int64_t b = 0; b < blocks; ++b)
    for (int64_t i = b * kEightBitBlock; i < (b + 1) * kEightBitBlock; ++i) put(scales[b] * float(from[i]), to[i]);
  for (int64_t i = blocks * kEightBitBlock; i < blocks * kEightBitBlock + rest; ++i) put(scales[blocks] * float(from[i]), to[i]);
}

INKSTONE_VECTOR_CLONES void restore(const int8_t* from, const float* scales, float* to, int64_t blocks, int64_t rest) {
  restore_blocks(from, scales, to, blocks, rest);
}

INKSTONE_VECTOR_CLONES void restore(const int8_t* from, const float* scales, uint16_t* to, int64_t blocks, int64_t rest) {
  restore_blocks(from, scales, to, blocks, rest);
}

template <class Number>
void restore_all(const EightBitWeight& weight, Number* to) {
  const auto* values = weight.values.data_ptr<int8_t>();
  const auto* scales = weight.scales.data_ptr<float>();
  const int64_t numbers = weight.values.numel();
  at::parallel_for(0, weight.scales.numel(), kGrain, [&](int64_t begin, int64_t end) {
    const int64_t first = begin * kEightBitBlock, count = std::min(end * kEightBitBlock, numbers) - first;
    restore(values + first, scales + begin, to + first, count / kEightBitBlock, count % kEightBitBlock);
  });
}

}  // namespace

EightBitWeight to_eight_bits(const at::Tensor& weight) {
  const auto numbers = weight.to(at::kFloat).contiguous();
  EightBitWeight result{at::empty(weight.sizes(), at::kChar),
                        at::empty({(numbers.numel() + kEightBitBlock - 1) / kEightBitBlock}, at::kFloat)};
  const auto* from = numbers.data_ptr<float>();
  auto* values = result.values.data_ptr<int8_t>();
  auto* scales = result.scales.data_ptr<float>();
  at::parallel_for(0, result.scales.numel(), kGrain, [&](int64_t begin, int64_t end) {
    for (int64_t b = begin; b < end; ++b) {
      const int64_t first = b * kEightBitBlock;
      scales[b] = quantise(from + first, values + first, std::min(kEightBitBlock, numbers.numel() - first));
    }
  });
  return result;
}

at::Tensor from_eight_bits(const EightBitWeight& weight, at::ScalarType dtype) {
  auto result = at::empty(weight.values.sizes(), dtype == at::kBFloat16 ? at::kBFloat16 : at::kFloat);
  if (dtype == at::kBFloat16)
    restore_all(weight, static_cast<uint16_t*>(result.data_ptr()));
  else
    restore_all(weight, result.data_ptr<float>());
  return result.to(dtype);
}

}  // namespace inkstone::kernels
