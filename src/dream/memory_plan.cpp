#include "dream/memory_plan.hpp"

#include <algorithm>
#include <cmath>

namespace inkstone::dream {
namespace {

constexpr int64_t kFewestPairs = 3;

int64_t value_bytes(Precision precision) {
  return precision == Precision::bfloat16 ? 2 : 4;
}

// Pictures of the result's size that are held at the peak, beside pairs and styles: the photograph twice, the painting, its last
// good state, where it was last looked at, gradients, and what the total variation and a line search (or Adam's moments) need for
// a moment.
constexpr double kPicturesOfSearch = 22, kPicturesOfAdam = 16;

}  // namespace

double activation_bytes(const FeatureNetwork& network, Precision precision) {
  double values = 3, reduction = 1;
  for (const auto& stage : network.stages) {
    if (stage.kind == FeatureStage::Kind::pool) reduction *= 4;
    if (stage.kind == FeatureStage::Kind::conv) values += static_cast<double>(stage.weight.size(0)) / reduction;
  }
  constexpr double kGradients = 1.6;  // beside the activations: the gradients in flight
  return values * kGradients * static_cast<double>(value_bytes(precision));
}

double feature_bytes(const FeatureNetwork& network, const std::vector<std::size_t>& stages, Precision precision) {
  const auto channels = channels_of(network);
  double values = 0, reduction = 1;
  for (std::size_t i = 0; i < network.stages.size(); ++i) {
    if (network.stages[i].kind == FeatureStage::Kind::pool) reduction *= 4;
    if (std::find(stages.begin(), stages.end(), i) != stages.end()) values += static_cast<double>(channels[i]) / reduction;
  }
  return values * static_cast<double>(value_bytes(precision));
}

int64_t window_side(double bytes_per_pixel, int64_t pixels) {
  constexpr double kWhole = 4.0 * (1 << 30), kWindow = 1.0 * (1 << 30);
  if (bytes_per_pixel * static_cast<double>(pixels) <= kWhole) return 0;
  return static_cast<int64_t>(std::sqrt(kWindow / bytes_per_pixel)) / 16 * 16;
}

int64_t needed_bytes(const LevelNeed& need, std::optional<int64_t> pairs) {
  constexpr double kProgram = 0.8e9, kPlane = 12;
  constexpr double kHeap = 1.9;  // large blocks of many sizes leave gaps; measured at 4096x3072 (docs/results.md)
  const double pictures =
      (pairs ? kPicturesOfSearch + 2 * static_cast<double>(*pairs) : kPicturesOfAdam) * static_cast<double>(need.pixels);
  const double live = kPlane * (pictures + static_cast<double>(need.style_pixels)) +
                      need.target_bytes * static_cast<double>(need.pixels) +
                      need.window_bytes * static_cast<double>(need.window_pixels);
  return static_cast<int64_t>(kProgram + kHeap * live);
}

std::optional<int64_t> pairs_that_fit(const LevelNeed& need, int64_t wanted, int64_t bound) {
  for (int64_t pairs = wanted; pairs >= std::min(wanted, kFewestPairs); --pairs)
    if (needed_bytes(need, pairs) <= bound) return pairs;
  return std::nullopt;
}

}  // namespace inkstone::dream
