// A stored picture to what the network sees in one draw: cut to shape, scaled, perhaps mirrored, moved and tinted. A
// pure function of (seed, draw), so that a resumed run sees the same pictures.
#pragma once

#include <cstdint>
#include <string>

#include <ATen/core/Tensor.h>

#include "data/resample.hpp"
#include "inkstone/option.hpp"

namespace inkstone {

struct AugmentOptions {
  std::string crop = "center";
  double crop_area = 1;
  bool flip = false;
  int shift = 0;
  double color_jitter = 0;
  bool convert_channels = false;

  bool operator==(const AugmentOptions&) const = default;

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    const char* data = "Data";
    // clang-format off
    visit(self.crop,
          Option{.name = "crop",
                 .help = "how a picture of another shape is fitted: cut from its middle or anywhere, a patch of its own pixels, squeezed, or laid on black",
                 .choices = {"center", "random", "patch", "squeeze", "pad"},
                 .group = data});
    visit(self.crop_area, Option{.name = "crop-area",
                                 .help = "smallest share of the picture that a random crop takes; 1 takes all that fits",
                                 .min = 0.05,
                                 .max = 1,
                                 .group = data});
    visit(self.flip, Option{.name = "flip", .help = "mirror half of the pictures", .group = data});
    visit(self.shift, Option{.name = "shift",
                             .help = "move pictures by up to so many pixels, their edges repeated by reflection",
                             .min = 0,
                             .max = 256,
                             .group = data});
    visit(self.color_jitter, Option{.name = "color-jitter",
                                    .help = "change brightness, contrast and saturation by up to this share",
                                    .min = 0,
                                    .max = 1,
                                    .group = data});
    visit(self.convert_channels, Option{.name = "convert-channels",
                                        .help = "turn colour pictures grey or grey ones into colour where the network wants it",
                                        .group = data});
    // clang-format on
  }
};

// True where every draw of a picture of the right size and channels is the picture itself.
bool changes_nothing(const AugmentOptions& options);

// picture: uint8 [C,H,W] of any size -> into out: float32 [c,h,w] in [-1,1], contiguous. Throws bad_argument where C and c
// differ and options.convert_channels does not allow for it.
void augment_into(const at::Tensor& picture, const at::Tensor& out, const AugmentOptions& options, uint64_t seed, int64_t draw);

// The part of a picture that fills size without changing its shape; (across, along) in [0,1] say where it lies.
Rectangle cover(PictureSize picture, PictureSize size, double across = 0.5, double along = 0.5, double area = 1);

}  // namespace inkstone
