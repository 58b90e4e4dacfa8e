#include "weights/gguf_quants.hpp"

#include <algorithm>
#include <cstring>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/util/Half.h>

namespace inkstone::gguf {
namespace {

using Byte = std::uint8_t;

float half_at(const Byte* bytes) {
  std::uint16_t bits;
  std::memcpy(&bits, bytes, sizeof bits);
  return static_cast<float>(c10::Half(bits, c10::Half::from_bits()));
}

std::uint32_t word_at(const Byte* bytes) {
  std::uint32_t word;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

// ---- 32 values: the low nibbles of 16 bytes are the first half, the high ones the second ---------------------------------

void unpack_q4_0(const Byte* block, float* y) {
  const float d = half_at(block);
  for (int i = 0; i < 16; ++i) {
    y[i] = d * static_cast<float>((block[2 + i] & 15) - 8);
    y[i + 16] = d * static_cast<float>((block[2 + i] >> 4) - 8);
  }
}

void unpack_q4_1(const Byte* block, float* y) {
  const float d = half_at(block), m = half_at(block + 2);
  for (int i = 0; i < 16; ++i) {
    y[i] = d * static_cast<float>(block[4 + i] & 15) + m;
    y[i + 16] = d * static_cast<float>(block[4 + i] >> 4) + m;
  }
}

// A fifth bit of value i is bit i of `high`.
int five_bits(std::uint32_t low, std::uint32_t high, int i) {
  return static_cast<int>(low | (((high >> i) & 1) << 4));
}

void unpack_q5_0(const Byte* block, float* y) {
  const float d = half_at(block);
  const auto high = word_at(block + 2);
  for (int i = 0; i < 16; ++i) {
    y[i] = d * static_cast<float>(five_bits(block[6 + i] & 15u, high, i) - 16);
    y[i + 16] = d * static_cast<float>(five_bits(block[6 + i] >> 4, high, i + 16) - 16);
  }
}

void unpack_q5_1(const Byte* block, float* y) {
  const float d = half_at(block), m = half_at(block + 2);
  const auto high = word_at(block + 4);
  for (int i = 0; i < 16; ++i) {
    y[i] = d * static_cast<float>(five_bits(block[8 + i] & 15u, high, i)) + m;
    y[i + 16] = d * static_cast<float>(five_bits(block[8 + i] >> 4, high, i + 16)) + m;
  }
}

void unpack_q8_0(const Byte* block, float* y) {
  const float d = half_at(block);
  for (int i = 0; i < 32; ++i) y[i] = d * static_cast<float>(static_cast<std::int8_t>(block[2 + i]));
}

// ---- 256 values ----------------------------------------------------------------------------------------------------

// Two bits of value i: 32 bytes serve 128 values, two bits of each byte to every 32.
int two_bits(const Byte* quants, int i) {
  return (quants[i / 128 * 32 + i % 32] >> (i % 128 / 32 * 2)) & 3;
}

// scales[16]: factor in the low nibble, offset in the high; quants[64]; d; dmin.
void unpack_q2_k(const Byte* block, float* y) {
  const Byte *scales = block, *quants = block + 16;
  const float d = half_at(block + 80), least = half_at(block + 82);
  for (int i = 0; i < 256; ++i) {
    const int scale = scales[i / 16];
    y[i] = d * static_cast<float>(scale & 15) * static_cast<float>(two_bits(quants, i)) - least * static_cast<float>(scale >> 4);
  }
}

// The i-th of 16 six-bit scales in 12 bytes: four bits in the first eight bytes, two in the last four.
int q3_scale(const Byte* scales, int i) {
  const int low = i < 8 ? scales[i] & 15 : scales[i - 8] >> 4;
  return (low | (((scales[8 + i % 4] >> (i / 4 * 2)) & 3) << 4)) - 32;
}

// high[32]: one bit, whose absence takes 4 away; quants[64]; scales[12]; d.
void unpack_q3_k(const Byte* block, float* y) {
  const Byte *high = block, *quants = block + 32, *scales = block + 96;
  const float d = half_at(block + 108);
  for (int i = 0; i < 256; ++i) {
    const bool set = ((high[i % 32] >> (i / 32)) & 1) != 0;
    y[i] = d * static_cast<float>(q3_scale(scales, i / 16)) * static_cast<float>(two_bits(quants, i) - (set ? 0 : 4));
  }
}

struct ScaleAndOffset {
  int scale, offset;
};

// The i-th of 8 pairs of six bits in 12 bytes.
ScaleAndOffset q4_scale(const Byte* scales, int i) {
  if (i < 4) return {scales[i] & 63, scales[i + 4] & 63};
  return {(scales[i + 4] & 15) | (scales[i - 4] >> 6 << 4), (scales[i + 4] >> 4) | (scales[i] >> 6 << 4)};
}

// Four bits of value i: 32 bytes serve 64 values.
int four_bits(const Byte* quants, int i) {
  return (quants[i / 64 * 32 + i % 32] >> (i % 64 / 32 * 4)) & 15;
}

// d; dmin; scales[12]; quants[128].
void unpack_q4_k(const Byte* block, float* y) {
  const float d = half_at(block), least = half_at(block + 2);
  for (int i = 0; i < 256; ++i) {
    const auto [scale, offset] = q4_scale(block + 4, i / 32);
    y[i] = d * static_cast<float>(scale) * static_cast<float>(four_bits(block + 16, i)) - least * static_cast<float>(offset);
  }
}

// d; dmin; scales[12]; high[32], one bit to every 32 values; quants[128].
void unpack_q5_k(const Byte* block, float* y) {
  const float d = half_at(block), least = half_at(block + 2);
  const Byte* high = block + 16;
  for (int i = 0; i < 256; ++i) {
    const auto [scale, offset] = q4_scale(block + 4, i / 32);
    const int value = four_bits(block + 48, i) + (((high[i % 32] >> (i / 32)) & 1) << 4);
    y[i] = d * static_cast<float>(scale) * static_cast<float>(value) - least * static_cast<float>(offset);
  }
}

// low[128]: 64 bytes serve 128 values, nibbles of the first 64 below; high[64]: two bits; scales[16], signed; d.
void unpack_q6_k(const Byte* block, float* y) {
  const Byte *low = block, *high = block + 128;
  const float d = half_at(block + 208);
  for (int i = 0; i < 256; ++i) {
    const int nibble = (low[i / 128 * 64 + i % 64] >> (i % 128 / 64 * 4)) & 15;
    const int value = (nibble | (two_bits(high, i) << 4)) - 32;
    y[i] = d * static_cast<float>(static_cast<std::int8_t>(block[192 + i / 16])) * static_cast<float>(value);
  }
}

constexpr int64_t kMostBlock = 256;
constexpr float kMostHalf = 65504;

void unpack_range(const Byte* blocks, const Quantisation& kind, c10::Half* out, int64_t begin, int64_t end) {
  float values[kMostBlock];
  for (int64_t block = begin; block < end; ++block) {
    kind.unpack(blocks + block * kind.bytes, values);
    for (int64_t i = 0; i < kind.values; ++i) out[block * kind.values + i] = std::clamp(values[i], -kMostHalf, kMostHalf);
  }
}

}  // namespace

std::optional<Quantisation> quantisation(std::uint32_t type) {
  switch (type) {
    case 2:
      return Quantisation{"Q4_0", 32, 18, unpack_q4_0};
    case 3:
      return Quantisation{"Q4_1", 32, 20, unpack_q4_1};
    case 6:
      return Quantisation{"Q5_0", 32, 22, unpack_q5_0};
    case 7:
      return Quantisation{"Q5_1", 32, 24, unpack_q5_1};
    case 8:
      return Quantisation{"Q8_0", 32, 34, unpack_q8_0};
    case 10:
      return Quantisation{"Q2_K", 256, 84, unpack_q2_k};
    case 11:
      return Quantisation{"Q3_K", 256, 110, unpack_q3_k};
    case 12:
      return Quantisation{"Q4_K", 256, 144, unpack_q4_k};
    case 13:
      return Quantisation{"Q5_K", 256, 176, unpack_q5_k};
    case 14:
      return Quantisation{"Q6_K", 256, 210, unpack_q6_k};
    default:
      return {};
  }
}

at::Tensor unpacked(Bytes blocks, const Quantisation& kind, at::IntArrayRef shape) {
  auto tensor = at::empty(shape, at::kHalf);
  auto* out = tensor.data_ptr<c10::Half>();
  const auto* in = reinterpret_cast<const Byte*>(blocks.data());
  at::parallel_for(0, tensor.numel() / kind.values, 1024,
                   [&](int64_t begin, int64_t end) { unpack_range(in, kind, out, begin, end); });
  return tensor;
}

}  // namespace inkstone::gguf
