// What a diffusion U-Net is made of; numbers alone, so that it can be written beside the weights.
#pragma once

#include <cstdint>
#include <vector>

namespace inkstone {

struct UnetConfig {
  int64_t in_channels = 3, out_channels = 3;        // out: twice the picture's where the variance is learned
  int64_t width = 128;                              // channels of the first level
  std::vector<int64_t> multipliers = {1, 2, 2, 2};  // of the width, one for each level; each level halves the size
  int64_t blocks = 2;                               // residual blocks to a level on the way down; one more on the way up
  std::vector<int64_t> attention_levels = {1};      // levels with self-attention; the middle always has it
  int64_t heads = 1;
  double dropout = 0.1;
  int64_t classes = 0;  // 0: unconditional; the embedding has one row more, for no class
  int64_t groups = 32;  // at most, in group normalisation

  int64_t levels() const { return static_cast<int64_t>(multipliers.size()); }
  int64_t channels(int64_t level) const { return width * multipliers.at(level); }
  int64_t embedding() const { return 4 * width; }
};

// Throws bad_argument: widths not a multiple of four or of the heads, levels that do not exist, nothing to build.
void check_unet_config(const UnetConfig& config);

}  // namespace inkstone
