// What a StyleGAN2 is made of (Karras et al., "Analyzing and Improving the Image Quality of StyleGAN", CVPR 2020; adaptive
// augmentation: Karras et al., NeurIPS 2020): any size that doubles evenly from a small base, square or not.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "nn/upfirdn.hpp"

namespace inkstone::stylegan {

// How a network's stages meet the picture (ibid., figure 7): at the last one alone; each by a picture of its own that is enlarged
// and summed; or each by a shortcut past its convolutions.
enum class Architecture { original, skip, residual };
// "orig", "skip", "resnet". Throws bad_argument.
Architecture architecture(const std::string& name);

struct Config {
  int64_t channels = 3, height = 64, width = 64;
  int64_t latent = 512;  // numbers of z
  int64_t style = 512;   // numbers of w
  int64_t classes = 0;
  int64_t mapping_layers = 8, label_mapping_layers = 8;  // the latter of the discriminator's labels
  double mapping_rate = 0.01;                            // the mapping learns so much slower than the rest
  int64_t channel_base = 16384, channel_max = 512;       // features at 4 << level: channel_base over that, at most channel_max
  Architecture generator = Architecture::skip, discriminator = Architecture::residual;
  nn::Taps taps = {1, 3, 3, 1};
  double clamp = 0;                       // activations of convolutions are cut at it; 0: never
  int64_t group = 4, group_features = 1;  // minibatch standard deviation; no features: none
  int64_t frozen_layers = 0;              // of the discriminator, from the picture on, that keep their weights (Mo et al. 2020)

  // Level 0 is the base, and levels() the picture: as many doublings as leave at least 4 pixels a side. Throws bad_argument for
  // pictures of less than 8 pixels a side, more than 2048, or a base of more than 15.
  int64_t levels() const;
  int64_t height_at(int64_t level) const { return height >> (levels() - level); }
  int64_t width_at(int64_t level) const { return width >> (levels() - level); }
  int64_t features_at(int64_t level) const;
  int64_t styles() const { return 2 * (levels() + 1); }  // how many times w enters the synthesis
  nn::Taps filter() const { return nn::normalised(taps); }
};

// "b4", "b8", ...: the block at a level, called after its size where pictures are square.
std::string block_name(int64_t level);

}  // namespace inkstone::stylegan
