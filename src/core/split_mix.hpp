// SplitMix64 as a hash: a bijection of 64 bits in which every input bit moves every output bit. What several layers derive seeds,
// keys and counter-based random numbers with. Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA
// 2014.
#pragma once

#include <cstdint>

namespace inkstone {

inline constexpr std::uint64_t kGoldenGamma = 0x9e3779b97f4a7c15ULL;  // the odd number next to 2^64 / golden ratio

// The finaliser alone; 0 stays 0.
constexpr std::uint64_t finalised(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

// One round: the generator's first number when it is seeded with z.
constexpr std::uint64_t scrambled(std::uint64_t z) {
  return finalised(z + kGoldenGamma);
}

}  // namespace inkstone
