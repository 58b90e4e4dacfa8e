// How a picture's size is reached by doublings from a small base: shared by networks that halve or double at every stage.
#pragma once

#include <algorithm>
#include <cstdint>

namespace inkstone::nn {

struct ResolutionPlan {
  int64_t doublings = 0;                    // at least 2
  int64_t base_height = 0, base_width = 0;  // at least 4, and small

  // Channels at base size times 2^level, where level 0 is the base and `doublings` the picture: narrow is the width just below
  // the picture, doubled for every halving up to eightfold (64 -> 64, 128, 256, 512, 512, ...).
  int64_t channels(int64_t level, int64_t narrow) const {
    return narrow * (int64_t(1) << std::min<int64_t>(doublings - 1 - level, 3));
  }
};

// As many doublings as leave at least 4 pixels a side: 64x64 is 4x4 doubled four times, 28x28 is 7x7 twice, 64x96 4x6 four times.
// Throws bad_argument, naming sizes that fit, unless both sides are multiples of 4 between 16 and 256 with a base of at most 16.
ResolutionPlan plan_resolution(int64_t height, int64_t width);

}  // namespace inkstone::nn
