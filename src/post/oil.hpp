// Oil painting by curved brush strokes, large ones first, smaller ones where the picture still differs: Hertzmann,
// "Painterly rendering with curved brush strokes of multiple sizes", SIGGRAPH 1998. Strokes follow the smoothed
// structure tensor; each leaves bristle furrows in a height field that is lit at the end (Hertzmann, "Fast paint
// texture", NPAR 2002).
#pragma once

#include <cstdint>

#include "inkstone/option.hpp"
#include "post/plane.hpp"

namespace inkstone::post {

struct OilOptions {
  double brush = 4;
  double detail = 0.6;
  double relief = 0.5;
  double curve = 0.7;
  double vivid = 0.35;
  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    visit(self.brush,
          Option{.name = "brush", .help = "radius of the largest brush in percent of the shorter side", .min = 0.5, .max = 20});
    visit(self.detail, Option{.name = "detail", .help = "how far smaller brushes go on: 0 broad, 1 fine", .min = 0, .max = 1});
    visit(self.relief, Option{.name = "relief", .help = "depth of the paint under the light: 0 flat", .min = 0, .max = 1});
    visit(self.curve, Option{.name = "curve", .help = "how closely strokes follow the forms: 0 straight", .min = 0, .max = 1});
    visit(self.vivid,
          Option{.name = "vivid", .help = "variation and strength of the colours on the palette", .min = 0, .max = 1});
  }
};
Image oil(const Image& picture, const OilOptions& options, std::uint64_t seed);

}  // namespace inkstone::post
