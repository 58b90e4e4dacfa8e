// The models that stay in memory from one task to the next, and how often that spared loading one.
#pragma once

#include <cstdint>

namespace inkstone {

struct ModelMemory {
  std::int64_t hits = 0, loads = 0, evictions = 0;
  std::int64_t models = 0;
  std::uint64_t bytes = 0, budget = 0;  // about what they take, and what they may
};

// Where somebody wants bytes of them: a quarter of the memory that is free when a Studio starts.
inline constexpr double kModelMemoryByItself = -1;

}  // namespace inkstone
