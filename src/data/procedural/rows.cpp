#include "data/procedural/rows.hpp"

#include <algorithm>

#include <ATen/Parallel.h>

namespace inkstone::procedural {

void for_rows(int rows, int width, const std::function<void(int y)>& row) {
  constexpr std::int64_t kSamplesWorthAThread = 40000;
  const std::int64_t grain = std::max<std::int64_t>(1, kSamplesWorthAThread / std::max(1, width));
  at::parallel_for(0, rows, grain, [&](std::int64_t begin, std::int64_t end) {
    for (auto y = begin; y < end; ++y) row(static_cast<int>(y));
  });
}

}  // namespace inkstone::procedural
