// Random numbers of one draw: a hash of (seed, draw, how many came before), so that what a draw looks like depends on
// nothing that was drawn earlier. Distributions are written out, because those of <random> differ between standard libraries.
#pragma once

#include <cstdint>

#include "core/split_mix.hpp"

namespace inkstone {

class DrawRandom {
 public:
  DrawRandom(uint64_t seed, int64_t draw) : key_(scrambled(scrambled(seed) ^ static_cast<uint64_t>(draw))) {}

  uint64_t bits() { return scrambled(key_ + ++count_ * 0xd1342543de82ef95ULL); }

  // [0,1)
  double uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }
  double uniform(double low, double high) { return low + (high - low) * uniform(); }

  // [0,n), n >= 1
  int64_t below(int64_t n) { return static_cast<int64_t>(uniform() * static_cast<double>(n)); }

 private:
  uint64_t key_;
  uint64_t count_ = 0;
};

}  // namespace inkstone
