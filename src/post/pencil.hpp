// Pencil drawing: Lu, Xu and Jia, "Combining sketch and tone for pencil drawing production", NPAR 2012.
// Contours are short straight strokes that overshoot; tones are hatching rubbed into paper until it is as dark as the
// tone of a drawing should be.
#pragma once

#include <cstdint>

#include "inkstone/option.hpp"
#include "post/plane.hpp"

namespace inkstone::post {

struct PencilOptions {
  double tone = 0.95;
  double line = 1;
  double hatch = 0.7;
  double color = 0;
  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    visit(self.tone, Option{.name = "tone", .help = "depth of the shading: 0 contours only", .min = 0, .max = 1});
    visit(self.line, Option{.name = "line", .help = "darkness of the contours", .min = 0, .max = 3});
    visit(self.hatch, Option{.name = "hatch", .help = "0 soft graphite, 1 distinct hatching", .min = 0, .max = 1});
    visit(self.color, Option{.name = "color", .help = "0 graphite, 1 coloured pencils", .min = 0, .max = 1});
  }
};
Image pencil(const Image& picture, const PencilOptions& options, std::uint64_t seed);

}  // namespace inkstone::post
