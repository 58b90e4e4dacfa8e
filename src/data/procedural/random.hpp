// Randomness of a picture: a counter-based generator, so that every number is a hash of (seed, how many came before)
// and a branch of the work can have its own stream whatever the others draw. Distributions are written out here, because
// those of <random> differ between standard libraries.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>

#include "core/split_mix.hpp"

namespace inkstone::procedural {

// Hash of a lattice point, for noise.
inline std::uint32_t lattice_hash(int x, int y, std::uint32_t seed) {
  std::uint32_t h = seed ^ (static_cast<std::uint32_t>(x) * 0x9e3779b1U) ^ (static_cast<std::uint32_t>(y) * 0x85ebca77U);
  h = (h ^ (h >> 15)) * 0x2c1b3c6dU;
  h = (h ^ (h >> 12)) * 0x297a2d39U;
  return h ^ (h >> 15);
}

class Random {
 public:
  explicit Random(std::uint64_t seed) : seed_(scrambled(seed)) {}

  // An independent stream; the same label gives the same stream, whatever was drawn here before.
  Random branch(std::uint64_t label) const { return Random(seed_ ^ finalised(label * kGoldenGamma + 1)); }

  std::uint64_t bits() { return finalised(seed_ + kGoldenGamma * ++count_); }
  std::uint32_t word() { return static_cast<std::uint32_t>(bits() >> 32); }

  // [0,1)
  double uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  // Equal steps of ratio are equally likely.
  double log_uniform(double low, double high) { return low * std::pow(high / low, uniform()); }
  // [0,n)
  int below(int n) { return static_cast<int>(uniform() * n); }
  // [low,high]
  int between(int low, int high) { return low + below(high - low + 1); }
  bool chance(double probability) { return uniform() < probability; }
  double angle() { return uniform(0.0, 2.0 * std::numbers::pi); }
  double sign() { return chance(0.5) ? 1.0 : -1.0; }

  // Standard normal (Box and Muller 1958).
  double normal() {
    const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
    return radius * std::cos(angle());
  }

  template <class List>
  const auto& pick(const List& list) {
    return *(std::begin(list) + below(static_cast<int>(std::size(list))));
  }

 private:
  std::uint64_t seed_;
  std::uint64_t count_ = 0;
};

}  // namespace inkstone::procedural
