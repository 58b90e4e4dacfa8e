// Fine structure: brought out, sharpened, or taken away. All three change luma only or smooth colours together, and
// leave the picture as it is at strength 0.
#pragma once

#include "inkstone/option.hpp"
#include "post/plane.hpp"

namespace inkstone::post {

// Two-scale decomposition by guided filters (He et al., PAMI 2013, section 4): luma = base + medium + fine, the layers
// scaled and passed through a sigmoid (Farbman et al., SIGGRAPH 2008) so that strong edges gain no halo.
struct DetailOptions {
  double amount = 1;
  double radius = 1;
  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    visit(self.amount, Option{.name = "amount", .help = "gain of fine structure; 0 changes nothing", .min = 0, .max = 5});
    visit(self.radius,
          Option{.name = "radius", .help = "scale of the structures in percent of the shorter side", .min = 0.1, .max = 10});
  }
};
Image detail(const Image& picture, const DetailOptions& options);

// Unsharp mask on luma: out = in + amount * (in - blurred), where that difference exceeds the threshold.
struct SharpenOptions {
  double amount = 0.6;
  double radius = 1.2;
  double threshold = 0.008;
  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    visit(self.amount, Option{.name = "amount", .help = "gain of the difference; 0 changes nothing", .min = 0, .max = 5});
    visit(self.radius, Option{.name = "radius", .help = "standard deviation of the blur in pixels", .min = 0.3, .max = 50});
    visit(self.threshold, Option{.name = "threshold", .help = "differences below this are left alone", .min = 0, .max = 0.5});
  }
};
Image sharpen(const Image& picture, const SharpenOptions& options);

// Non-local means (Buades, Coll and Morel, CVPR 2005) with patch distances by running sums for each offset
// (Darbon et al., ISBI 2008).
struct DenoiseOptions {
  double strength = 0.5;
  int search = 6;
  int patch = 2;
  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    visit(self.strength,
          Option{.name = "strength", .help = "0 changes nothing, 0.5 photographic noise, 1 strong", .min = 0, .max = 2});
    visit(self.search,
          Option{.name = "search", .help = "how far similar patches are looked for, in pixels", .min = 1, .max = 15});
    visit(self.patch, Option{.name = "patch", .help = "radius of a patch in pixels", .min = 0, .max = 7});
  }
};
Image denoise(const Image& picture, const DenoiseOptions& options);

}  // namespace inkstone::post
