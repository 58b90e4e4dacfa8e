// The order in which training sees its samples: a fresh permutation per epoch that is computed, never stored, so that a
// run resumes from a draw number alone. A Feistel network over the next power of four, walked until it falls inside:
// Black and Rogaway, "Ciphers with arbitrary finite domains", CT-RSA 2002.
#pragma once

#include <cstdint>
#include <vector>

namespace inkstone {

// The sample behind draw n of the endless stream 0, 1, 2, ...: the draws of epoch n / size are each sample once. Pure;
// constant time on average, whatever the size. draw >= 0, size >= 1.
int64_t index_of_draw(uint64_t seed, int64_t draw, int64_t size);

// The samples of batch `number` where each of `size` is drawn with probability `rate`, independently (Poisson sampling): rising,
// perhaps none. Pure.
std::vector<int64_t> independent_draws(uint64_t seed, int64_t number, int64_t size, double rate);

}  // namespace inkstone
