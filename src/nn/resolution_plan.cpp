#include "nn/resolution_plan.hpp"

#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone::nn {
namespace {

constexpr int64_t kSmallest = 16, kLargest = 256, kLeastBase = 4, kLargestBase = 16;

}  // namespace

ResolutionPlan plan_resolution(int64_t height, int64_t width) {
  ResolutionPlan plan{0, height, width};
  while (plan.base_height % 2 == 0 && plan.base_width % 2 == 0 && std::min(plan.base_height, plan.base_width) / 2 >= kLeastBase)
    plan = {plan.doublings + 1, plan.base_height / 2, plan.base_width / 2};
  const bool in_range = std::min(height, width) >= kSmallest && std::max(height, width) <= kLargest;
  if (!in_range || plan.doublings < 2 || std::max(plan.base_height, plan.base_width) > kLargestBase)
    throw Error(
        ErrorCategory::bad_argument,
        fmt::format(
            "this network cannot make pictures of {}x{}: sides must be {} to {} and halve at least twice down to 4 to {}; "
            "try 28x28, 32x32, 64x64, 64x96 or 128x128",
            width, height, kSmallest, kLargest, kLargestBase));
  return plan;
}

}  // namespace inkstone::nn
