#include "core/crc32.hpp"

#include <array>
#include <bit>
#include <cstring>

namespace inkstone {
namespace {

static_assert(std::endian::native == std::endian::little);

constexpr std::uint32_t kReflectedPolynomial = 0xEDB88320, kReflectedCastagnoli = 0x82F63B78;
constexpr std::size_t kSlices = 16;

using Tables = std::array<std::array<std::uint32_t, 256>, kSlices>;

constexpr Tables make_tables(std::uint32_t polynomial) {
  Tables tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? polynomial : 0);
    tables[0][byte] = crc;
  }
  for (std::size_t slice = 1; slice < kSlices; ++slice)
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t last = tables[slice - 1][byte];
      tables[slice][byte] = (last >> 8) ^ tables[0][last & 0xFF];
    }
  return tables;
}

constexpr Tables kTables = make_tables(kReflectedPolynomial);
constexpr Tables kCastagnoliTables = make_tables(kReflectedCastagnoli);

// The part of eight bytes, the first of which has this many behind it in the slice and its own seven.
std::uint32_t fold(const Tables& tables, std::uint64_t eight, std::size_t behind) {
  std::uint32_t crc = 0;
  for (std::size_t i = 0; i < 8; ++i) crc ^= tables[behind + 7 - i][(eight >> (8 * i)) & 0xFF];
  return crc;
}

std::uint32_t by_slices(const Tables& tables, Bytes bytes, std::uint32_t before) {
  std::uint32_t crc = ~before;
  for (; bytes.size() >= kSlices; bytes = bytes.subspan(kSlices)) {
    std::uint64_t words[2];
    std::memcpy(words, bytes.data(), sizeof words);
    crc = fold(tables, words[0] ^ crc, 8) ^ fold(tables, words[1], 0);
  }
  for (const std::byte byte : bytes) crc = (crc >> 8) ^ tables[0][(crc ^ std::to_integer<std::uint32_t>(byte)) & 0xFF];
  return ~crc;
}

}  // namespace

std::uint32_t crc32(Bytes bytes, std::uint32_t before) {
  return by_slices(kTables, bytes, before);
}

std::uint32_t crc32c(Bytes bytes) {
  return by_slices(kCastagnoliTables, bytes, 0);
}

std::uint32_t masked_crc32c(Bytes bytes) {
  return std::rotr(crc32c(bytes), 15) + 0xA282EAD8u;
}

}  // namespace inkstone
