// Ink drawing: difference of Gaussians across the flow, smoothed along it.
// Kang, Lee and Chui, "Coherent line drawing", NPAR 2007; Winnemoeller, Kyprianidis and Olsen, "XDoG", C&G 2012.
#pragma once

#include "inkstone/option.hpp"
#include "post/plane.hpp"

namespace inkstone::post {

struct LineartOptions {
  double line = 1.4;
  double detail = 0.5;
  double fill = 0.3;
  double coherence = 4;
  double color = 0;
  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    visit(self.line, Option{.name = "line", .help = "line width in pixels of a 1000 pixel picture", .min = 0.5, .max = 10});
    visit(self.detail, Option{.name = "detail", .help = "0 only strong contours, 1 every crease", .min = 0, .max = 1});
    visit(self.fill, Option{.name = "fill", .help = "how dark areas fill with ink: 0 lines only, 1 woodcut", .min = 0, .max = 1});
    visit(
        self.coherence,
        Option{.name = "coherence", .help = "how far lines run together along the flow, in line widths", .min = 0.5, .max = 20});
    visit(self.color,
          Option{.name = "color", .help = "0 black on white, 1 with flat colours of the picture", .min = 0, .max = 1});
  }
};
Image lineart(const Image& picture, const LineartOptions& options);

// The drawing alone: 1 paper, 0 ink.
Plane ink_lines(const Image& picture, const LineartOptions& options);

}  // namespace inkstone::post
