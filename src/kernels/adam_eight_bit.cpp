#include "kernels/adam_eight_bit.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include <ATen/Parallel.h>

namespace inkstone {
namespace {

constexpr int kDecades = 7;
constexpr int64_t kBlocksAtOnce = 64;

std::array<float, 256> values_of(bool with_sign) {
  std::vector<float> values = {0, 1};
  for (int e = 0; e < kDecades; ++e) {
    const int cuts = with_sign ? 1 << e : 2 << e;
    for (int j = 0; j < cuts; ++j) {
      const auto value = float(std::pow(10.0, e - (kDecades - 1)) * (0.1 + 0.9 * (j + 0.5) / cuts));
      values.push_back(value);
      if (with_sign) values.push_back(-value);
    }
  }
  std::sort(values.begin(), values.end());
  std::array<float, 256> all{};
  std::copy(values.begin(), values.end(), all.begin());
  return all;
}

// Nearest codes: where to begin, by the first bits of the number, and how far to go on.
class NearestCode {
 public:
  explicit NearestCode(bool with_sign) : values_(dynamic_values(with_sign)) {
    for (std::size_t k = 0; k + 1 < values_.size(); ++k) middles_[k] = (values_[k] + values_[k + 1]) / 2;
    middles_.back() = std::numeric_limits<float>::infinity();
    for (uint32_t bucket = 0; bucket < first_.size(); ++bucket) first_[bucket] = search(least_of(bucket));
    zero_ = uint8_t(std::find(values_.begin(), values_.end(), 0.0f) - values_.begin());
  }

  uint8_t operator()(float x) const {
    std::size_t code = first_[std::bit_cast<uint32_t>(x) >> kShift];
    while (x > middles_[code]) ++code;
    return uint8_t(code);
  }
  uint8_t zero() const { return zero_; }

 private:
  static constexpr int kShift = 19;  // sign, exponent, four bits of the fraction

  // Of a negative bucket the number with the largest magnitude.
  static float least_of(uint32_t bucket) {
    const uint32_t sign = uint32_t(1) << 31, low = bucket << kShift;
    const float least = std::bit_cast<float>((low & sign) != 0 ? low | ((uint32_t(1) << kShift) - 1) : low);
    return std::isnan(least) ? -1.0f : least;
  }
  uint8_t search(float x) const { return uint8_t(std::lower_bound(middles_.begin(), middles_.end(), x) - middles_.begin()); }

  const std::array<float, 256>& values_;
  std::array<float, 256> middles_{};
  std::array<uint8_t, std::size_t(1) << (32 - kShift)> first_{};
  uint8_t zero_ = 0;
};

const NearestCode& nearest_code(bool with_sign) {
  static const NearestCode with(true), without(false);
  return with_sign ? with : without;
}

float keep_block(const float* values, int64_t n, bool with_sign, uint8_t* codes) {
  const auto& code = nearest_code(with_sign);
  float largest = 0;
  for (int64_t i = 0; i < n; ++i) largest = std::max(largest, std::abs(values[i]));
  const float scale = largest > 0 ? 1 / largest : 0;
  for (int64_t i = 0; i < n; ++i) codes[i] = code(std::isinf(scale) ? 0 : values[i] * scale);
  if (!with_sign)
    for (int64_t i = 0; i < n; ++i)
      if (codes[i] == code.zero() && values[i] > 0) ++codes[i];
  return largest;
}

void spread_block(const uint8_t* codes, float scale, int64_t n, const std::array<float, 256>& values, float* out) {
  for (int64_t i = 0; i < n; ++i) out[i] = values[codes[i]] * scale;
}

template <class Visit>
void for_each_scaled_block(int64_t n, const Visit& visit) {
  at::parallel_for(0, eight_bit_blocks(n), kBlocksAtOnce, [&](int64_t begin, int64_t end) {
    for (int64_t block = begin; block < end; ++block)
      visit(block, block * kEightBitBlock, std::min(kEightBitBlock, n - block * kEightBitBlock));
  });
}

}  // namespace

const std::array<float, 256>& dynamic_values(bool with_sign) {
  static const auto with = values_of(true), without = values_of(false);
  return with_sign ? with : without;
}

void to_eight_bits(const float* values, int64_t n, bool with_sign, uint8_t* codes, float* scales) {
  for_each_scaled_block(n, [&](int64_t block, int64_t first, int64_t count) {
    scales[block] = keep_block(values + first, count, with_sign, codes + first);
  });
}

void from_eight_bits(const uint8_t* codes, const float* scales, int64_t n, bool with_sign, float* values) {
  const auto& meant = dynamic_values(with_sign);
  for_each_scaled_block(n, [&](int64_t block, int64_t first, int64_t count) {
    spread_block(codes + first, scales[block], count, meant, values + first);
  });
}

void adam_eight_bit(float* weight, const float* gradient, const EightBitMoments& moments, int64_t n, const AdamStep& step) {
  const auto &with = dynamic_values(true), &without = dynamic_values(false);
  for_each_scaled_block(n, [&](int64_t block, int64_t first, int64_t count) {
    std::array<float, kEightBitBlock> m, v;
    spread_block(moments.first + first, moments.first_scales[block], count, with, m.data());
    spread_block(moments.second + first, moments.second_scales[block], count, without, v.data());
    adam(weight + first, gradient + first, m.data(), v.data(), count, step);
    moments.first_scales[block] = keep_block(m.data(), count, true, moments.first + first);
    moments.second_scales[block] = keep_block(v.data(), count, false, moments.second + first);
  });
}

}  // namespace inkstone
