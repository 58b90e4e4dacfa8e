// The exponential as plain arithmetic, which the compiler turns into vector code; the library's is a call.
#pragma once

#include <bit>
#include <cstdint>

namespace inkstone::kernels::rows {

#define INKSTONE_INLINE inline __attribute__((always_inline))

// e^v for |v| <= 87, relative error under 2e-7: 2^n times a polynomial on [-ln 2 / 2, ln 2 / 2] (Cephes' coefficients).
INKSTONE_INLINE float exponential(float v) {
  v = v < -87.0F ? -87.0F : v;
  v = v > 87.0F ? 87.0F : v;
  constexpr float kRound = 12582912.0F;  // 1.5 * 2^23: adding it leaves the nearest integer in the low bits
  const float shifted = v * 1.44269504F + kRound;
  const float n = shifted - kRound;
  const float r = (v - n * 0.693359375F) + n * 2.12194440e-4F;
  float p = 1.9875691500e-4F;
  p = p * r + 1.3981999507e-3F;
  p = p * r + 8.3334519073e-3F;
  p = p * r + 4.1665795894e-2F;
  p = p * r + 1.6666665459e-1F;
  p = p * r + 5.0000001201e-1F;
  p = p * r * r + r + 1.0F;
  const uint32_t exponent = (std::bit_cast<uint32_t>(shifted) - std::bit_cast<uint32_t>(kRound) + 127U) << 23;
  return p * std::bit_cast<float>(exponent);
}

}  // namespace inkstone::kernels::rows
