// Sizes of the network that paints from words: a diffusion transformer over patches of pixels, or of latents, or a U-Net, with a
// small text encoder of its own.
#pragma once

#include <cstdint>
#include <vector>

namespace inkstone::words {

struct PainterConfig {
  int64_t channels = 3, height = 64, width = 64;  // of the picture or latent; sides are multiples of the patch
  int64_t patch = 8;                              // even
  int64_t features = 256, depth = 6, heads = 4;   // of the transformer
  int64_t strokes = 64;                           // channels of the convolutions that finish the picture, at half a patch
  int64_t vocabulary = 0;
  int64_t text_length = 32, text_features = 128, text_depth = 3, text_heads = 4;
  std::vector<int64_t> unet_channels = {};  // of the levels of a U-Net in the transformer's place; none: the transformer
};

}  // namespace inkstone::words
