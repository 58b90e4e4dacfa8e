#include "models/stylegan/config.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone::stylegan {
namespace {

constexpr int64_t kLeastBase = 4, kMostBase = 15, kMostSide = 2048;

}  // namespace

Architecture architecture(const std::string& name) {
  if (name == "orig") return Architecture::original;
  if (name == "skip") return Architecture::skip;
  if (name == "resnet") return Architecture::residual;
  throw Error(ErrorCategory::bad_argument, fmt::format("there is no StyleGAN architecture '{}'; use orig, skip or resnet", name));
}

int64_t Config::levels() const {
  int64_t h = height, w = width, doublings = 0;
  while (h % 2 == 0 && w % 2 == 0 && std::min(h, w) / 2 >= kLeastBase) h /= 2, w /= 2, ++doublings;
  if (doublings == 0 || std::max(h, w) > kMostBase || std::max(height, width) > kMostSide)
    throw Error(
        ErrorCategory::bad_argument,
        fmt::format(
            "StyleGAN cannot paint {}x{}: sides are a small base (4 to {}) doubled again and again, as 64x64, 64x96, 80x48; "
            "set --width and --height",
            width, height, kMostBase));
  return doublings;
}

int64_t Config::features_at(int64_t level) const {
  return std::clamp<int64_t>(channel_base / (kLeastBase << level), 1, channel_max);
}

std::string block_name(int64_t level) {
  return "b" + std::to_string(kLeastBase << level);
}

}  // namespace inkstone::stylegan
