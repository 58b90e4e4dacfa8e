// Family `enhancer`: from a bad picture back to the good one, by pairs that it makes itself out of good ones. At scale 2 to 4 it
// is super-resolution (Dong et al., "Accelerating the super-resolution convolutional neural network", ECCV 2016; Shi et al., CVPR
// 2016), at scale 1 blind restoration. The network is Real-ESRGAN's compact one (models/srvgg), the loss Charbonnier's (Lai et
// al., CVPR 2017).
#pragma once

#include <memory>
#include <string>

#include "inkstone/option.hpp"
#include "train/family.hpp"

namespace inkstone {

struct EnhancerOptions {
  int scale = 2;
  int features = 32;
  int convolutions = 8;
  int unshuffle = 1;
  std::string activation = "leaky-relu";
  std::string base = "bicubic";
  std::string degradation = "bicubic";
  double least_strength = 0, strength = 1, blur_chance = 1, noise_chance = 1, worst_quality = 30;
  std::string loss = "charbonnier";

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    const char* group = "Model";
    // clang-format off
    visit(self.scale, Option{.name = "scale", .help = "times larger along a side; 1 restores", .min = 1, .max = 8, .group = group});
    visit(self.features, Option{.name = "features", .help = "channels of every layer", .min = 4, .max = 512, .group = group});
    visit(self.convolutions, Option{.name = "convolutions", .help = "layers between the first and the last", .min = 1, .max = 128, .group = group});
    visit(self.unshuffle, Option{.name = "unshuffle", .help = "gather so many pixels a side into channels first: a wider view for less work", .min = 1, .max = 4, .group = group});
    visit(self.activation, Option{.name = "activation", .help = "what follows a layer", .choices = {"leaky-relu", "prelu", "relu"}, .group = group});
    visit(self.base, Option{.name = "base", .help = "the enlargement that the network corrects", .choices = {"bicubic", "nearest"}, .group = group});
    visit(self.degradation, Option{.name = "degradation",
                                   .help = "how pictures are made bad: scaled down alone, blurred, scaled, noised and compressed twice over (Real-ESRGAN), or robbed of their colours",
                                   .choices = {"bicubic", "real", "grey"},
                                   .group = group});
    visit(self.least_strength, Option{.name = "least-strength", .help = "of real degradation: every picture draws between this and strength", .min = 0, .max = 1, .group = group});
    visit(self.strength, Option{.name = "strength", .help = "of real degradation at its worst; 1 has the ranges of the paper", .min = 0, .max = 1, .group = group});
    visit(self.blur_chance, Option{.name = "blur-chance", .help = "of real degradation: chance that each step that takes detail away comes (blur, resize, ringing)", .min = 0, .max = 1, .group = group});
    visit(self.noise_chance, Option{.name = "noise-chance", .help = "of real degradation: chance that each noise and each JPEG comes", .min = 0, .max = 1, .group = group});
    visit(self.worst_quality, Option{.name = "worst-quality", .help = "of real degradation: JPEG quality at full strength", .min = 1, .max = 95, .group = group});
    visit(self.loss, Option{.name = "loss", .help = "distance that is minimised", .choices = {"charbonnier", "l1", "l2"}, .group = group});
    // clang-format on
  }
};

// Colour pictures whose sides are multiples of the scale. Reports loss; validates "psnr" and, for comparison, "psnr-input" (the
// degraded picture, enlarged by bicubic interpolation), in dB over RGB. Paints nothing of its own. Throws bad_argument.
std::unique_ptr<Family> make_enhancer(const EnhancerOptions& options, const PictureShape& shape);

}  // namespace inkstone
