// Sizes of the two small encoders that put pictures and words into one space.
#pragma once

#include <cstdint>

namespace inkstone::contrastive {

struct PairConfig {
  int64_t channels = 3, height = 64, width = 64;  // of the picture; sides are multiples of 8
  int64_t base_width = 32;                        // channels at half the picture's size; a multiple of 4
  int64_t features = 128;                         // of both encoders and of the space; a multiple of heads
  int64_t depth = 2;                              // transformer layers over the picture's places
  int64_t vocabulary = 0, text_length = 32, text_depth = 2;
  int64_t heads = 4;
};

}  // namespace inkstone::contrastive
