// In place of OpenSSL's: SHA-256 after FIPS 180-4, section 6.2.
#include "catalogue/sha256.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

#include <fmt/format.h>

namespace inkstone {
namespace {

using Words = std::array<std::uint32_t, 8>;

constexpr std::size_t kSha256Block = 64;
constexpr std::array<std::uint32_t, 64> kRoundConstants = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01,
    0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc,
    0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
    0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08,
    0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
    0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

std::uint32_t big_endian(const std::byte* at) {
  std::uint32_t word = 0;
  for (int i = 0; i < 4; ++i) word = word << 8 | std::to_integer<std::uint32_t>(at[i]);
  return word;
}

// The message schedule W of one block.
std::array<std::uint32_t, 64> schedule_of(const std::byte* block) {
  std::array<std::uint32_t, 64> w{};
  for (int t = 0; t < 16; ++t) w[t] = big_endian(block + 4 * t);
  for (int t = 16; t < 64; ++t) {
    const auto sigma0 = std::rotr(w[t - 15], 7) ^ std::rotr(w[t - 15], 18) ^ w[t - 15] >> 3;
    const auto sigma1 = std::rotr(w[t - 2], 17) ^ std::rotr(w[t - 2], 19) ^ w[t - 2] >> 10;
    w[t] = w[t - 16] + sigma0 + w[t - 7] + sigma1;
  }
  return w;
}

void absorb(Words& hash, const std::byte* block) {
  const auto w = schedule_of(block);
  auto [a, b, c, d, e, f, g, h] = hash;
  for (int t = 0; t < 64; ++t) {
    const auto sum1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25), choice = (e & f) ^ (~e & g);
    const auto sum0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22), majority = (a & b) ^ (a & c) ^ (b & c);
    const auto first = h + sum1 + choice + kRoundConstants[t] + w[t], second = sum0 + majority;
    h = g, g = f, f = e, e = d + first, d = c, c = b, b = a, a = first + second;
  }
  const Words round = {a, b, c, d, e, f, g, h};
  std::transform(hash.begin(), hash.end(), round.begin(), hash.begin(), std::plus<>());
}

}  // namespace

struct Sha256::State {
  Words hash = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<std::byte, kSha256Block> open{};  // the block that is being filled
  std::uint64_t length = 0;                    // bytes seen

  void add(Bytes bytes) {
    const std::size_t held = length % kSha256Block, taken = held == 0 ? 0 : std::min(bytes.size(), kSha256Block - held);
    length += bytes.size();
    std::copy_n(bytes.begin(), taken, open.begin() + std::ptrdiff_t(held));
    if (held > 0 && held + taken == kSha256Block) absorb(hash, open.data());
    for (bytes = bytes.subspan(taken); bytes.size() >= kSha256Block; bytes = bytes.subspan(kSha256Block))
      absorb(hash, bytes.data());
    if (held == 0 || held + taken == kSha256Block) std::copy(bytes.begin(), bytes.end(), open.begin());
  }
};

Sha256::Sha256() : state_(std::make_unique<State>()) {}
Sha256::~Sha256() = default;

void Sha256::update(Bytes bytes) {
  state_->add(bytes);
}

std::string Sha256::hex() {
  const std::uint64_t bits = state_->length * 8;
  std::array<std::byte, 2 * kSha256Block> padding{std::byte{0x80}};
  const std::size_t zeros = (2 * kSha256Block - 9 - state_->length % kSha256Block) % kSha256Block;
  for (std::size_t i = 0; i < 8; ++i) padding[1 + zeros + i] = std::byte(bits >> (56 - 8 * i));
  update(Bytes(padding.data(), 1 + zeros + 8));
  std::string text;
  for (const auto word : state_->hash) text += fmt::format("{:08x}", word);
  return text;
}

std::string sha256_hex(Bytes bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.hex();
}

std::string sha256_file(const std::filesystem::path& path) {
  return sha256_hex(MappedFile(path).bytes());
}

}  // namespace inkstone
