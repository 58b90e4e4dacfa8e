// How much memory a level of style transfer takes, by arithmetic and before it starts; and the windows and the search that keep a
// picture of 4096 pixels within what a machine of 16 GiB has to give.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/features/feature_network.hpp"
#include "models/features/feature_pass.hpp"

namespace inkstone::dream {

inline constexpr int64_t kMemoryBound = int64_t(12) << 30;  // of the whole program, in bytes

// What a level is made of.
struct LevelNeed {
  int64_t pixels = 0;         // of the painting
  int64_t style_pixels = 0;   // of all styles together, at this level
  int64_t window_pixels = 0;  // seen by the network at once
  double window_bytes = 0;    // per pixel of a window
  double target_bytes = 0;    // per pixel of the painting: the features of the photograph
};

// Bytes that the network keeps per pixel that it sees, gradients in flight among them.
double activation_bytes(const FeatureNetwork& network, Precision precision);

// Bytes per pixel of the features at these stages.
double feature_bytes(const FeatureNetwork& network, const std::vector<std::size_t>& stages, Precision precision);

// Side of the windows that a picture of so many pixels is seen through: 0 where its activations stay below 4 GiB, else a side
// whose own come near 1 GiB.
int64_t window_side(double bytes_per_pixel, int64_t pixels);

// Bytes at the peak of a long run, program and libraries included: so many pairs of L-BFGS, or Adam where pairs is absent.
int64_t needed_bytes(const LevelNeed& need, std::optional<int64_t> pairs);

// The most pairs up to wanted that stay within bound; absent where not even three do, below which L-BFGS is not worth its name:
// paint with Adam.
std::optional<int64_t> pairs_that_fit(const LevelNeed& need, int64_t wanted, int64_t bound = kMemoryBound);

}  // namespace inkstone::dream
