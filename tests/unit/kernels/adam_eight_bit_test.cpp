#include "kernels/adam_eight_bit.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace inkstone {
namespace {

// Worked by hand from the paper's figure 2: a sign, zeros that count tenths, a one, and the cuts of [0.1,1], each meaning its
// middle.
TEST(EightBits, ValuesAreThoseOfThePaper) {
  const auto& with = dynamic_values(true);
  EXPECT_TRUE(std::is_sorted(with.begin(), with.end()));
  EXPECT_EQ(std::adjacent_find(with.begin(), with.end()), with.end());
  const auto has = [&](const std::array<float, 256>& values, double value) {
    return std::any_of(values.begin(), values.end(), [&](float v) { return std::abs(v - value) <= 1e-6 * std::abs(value); });
  };
  EXPECT_EQ(with.back(), 1);  // 0000 0001 of the paper
  EXPECT_TRUE(has(with, 0));
  EXPECT_TRUE(has(with, 5.5e-7));  // six zeros, one cut of [0.1,1]: its middle 0.55, times 10^-6
  EXPECT_TRUE(has(with, -5.5e-7));
  EXPECT_TRUE(has(with, 0.325e-5));  // five zeros, two cuts: 0.325 and 0.775
  EXPECT_TRUE(has(with, 0.775e-5));
  EXPECT_TRUE(has(with, 0.10703125));  // no zeros, 64 cuts of 0.0140625
  EXPECT_TRUE(has(with, 0.12109375));
  EXPECT_TRUE(has(with, -0.99296875));
  EXPECT_FALSE(has(with, -1));
  const auto& without = dynamic_values(false);
  EXPECT_EQ(without.front(), 0);
  EXPECT_TRUE(has(without, 3.25e-7));  // the sign's bit as one more of the cuts
  EXPECT_TRUE(has(without, 7.75e-7));
  EXPECT_TRUE(has(without, 0.103515625));
  EXPECT_EQ(without.back(), 1);
}

std::vector<float> spread(int64_t n, bool with_sign) {
  std::vector<float> values;
  for (int64_t k = 0; k < n; ++k) {
    const double size = std::pow(10.0, -6.0 * double((k * 37) % n) / double(n));
    values.push_back(float(with_sign && k % 3 == 0 ? -size : size));
  }
  return values;
}

TEST(EightBits, EveryNumberBecomesTheNearestValue) {
  for (const bool with_sign : {true, false}) {
    const int64_t n = 3 * kEightBitBlock + 17;
    const auto values = spread(n, with_sign);
    std::vector<uint8_t> codes(std::size_t(n), 0);
    std::vector<float> scales(std::size_t(eight_bit_blocks(n))), back(std::size_t(n), 0);
    to_eight_bits(values.data(), n, with_sign, codes.data(), scales.data());
    from_eight_bits(codes.data(), scales.data(), n, with_sign, back.data());
    const auto& meant = dynamic_values(with_sign);
    for (int64_t block = 0; block < eight_bit_blocks(n); ++block) {
      const int64_t first = block * kEightBitBlock, end = std::min(n, first + kEightBitBlock);
      float largest = 0;
      for (int64_t i = first; i < end; ++i) largest = std::max(largest, std::abs(values[std::size_t(i)]));
      EXPECT_EQ(scales[std::size_t(block)], largest);
      for (int64_t i = first; i < end; ++i) {
        float best = 1e9f;
        for (const float value : meant) best = std::min(best, std::abs(value * largest - values[std::size_t(i)]));
        EXPECT_LE(std::abs(back[std::size_t(i)] - values[std::size_t(i)]), best * 1.0001f + 1e-12f) << values[std::size_t(i)];
      }
    }
  }
}

TEST(EightBits, NothingAboveZeroBecomesZeroWithoutASign) {
  std::vector<float> values(std::size_t(kEightBitBlock), 1e-12f);
  values[7] = 1;
  values[9] = 0;
  std::vector<uint8_t> codes(values.size());
  float scale = 0;
  to_eight_bits(values.data(), kEightBitBlock, false, codes.data(), &scale);
  EXPECT_EQ(codes[7], 255);
  EXPECT_EQ(codes[9], 0);
  EXPECT_EQ(codes[0], 1);
  to_eight_bits(std::vector<float>(std::size_t(kEightBitBlock), 0).data(), kEightBitBlock, false, codes.data(), &scale);
  EXPECT_EQ(scale, 0);
  EXPECT_EQ(codes[0], 0);
}

}  // namespace
}  // namespace inkstone
