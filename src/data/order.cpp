#include "data/order.hpp"

#include <bit>

#include "data/draw_random.hpp"

namespace inkstone {
namespace {

constexpr int kRounds = 8;

// A permutation of [0, 4^half_bits).
uint64_t feistel(uint64_t value, int half_bits, uint64_t key) {
  const uint64_t mask = (uint64_t(1) << half_bits) - 1;
  uint64_t left = value >> half_bits, right = value & mask;
  for (int round = 0; round < kRounds; ++round) {
    const uint64_t mixed = left ^ (scrambled(key + right * kRounds + static_cast<uint64_t>(round)) & mask);
    left = right;
    right = mixed;
  }
  return left << half_bits | right;
}

}  // namespace

int64_t index_of_draw(uint64_t seed, int64_t draw, int64_t size) {
  const auto count = static_cast<uint64_t>(size);
  const auto epoch = static_cast<uint64_t>(draw / size);
  const uint64_t key = scrambled(scrambled(seed) ^ scrambled(~epoch));
  const int half_bits = (std::bit_width(count - 1) + 1) / 2;
  uint64_t value = static_cast<uint64_t>(draw % size);
  if (count == 1) return 0;
  // the power of four is below four times the size, so this ends after less than four turns on average
  do value = feistel(value, half_bits, key);
  while (value >= count);
  return static_cast<int64_t>(value);
}

std::vector<int64_t> independent_draws(uint64_t seed, int64_t number, int64_t size, double rate) {
  DrawRandom random(~seed, number);
  std::vector<int64_t> drawn;
  for (int64_t index = 0; index < size; ++index)
    if (random.uniform() < rate) drawn.push_back(index);
  return drawn;
}

}  // namespace inkstone
