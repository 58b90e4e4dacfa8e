#include "train/schedule.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace inkstone {

double Schedule::factor(int64_t step) const {
  if (step < warmup) return double(step + 1) / double(warmup);
  const double span = double(std::max<int64_t>(1, steps - warmup));
  const double t = std::clamp(double(step - warmup) / span, 0.0, 1.0);
  if (kind == "linear") return 1 + (final_rate - 1) * t;
  if (kind == "cosine") return final_rate + (1 - final_rate) * 0.5 * (1 + std::cos(std::numbers::pi * t));
  return 1;
}

}  // namespace inkstone
