// Watercolour: Bousseau, Kaplan, Thollot and Sillion, "Interactive watercolor rendering with temporal coherence and
// abstraction", NPAR 2006. A simplified picture becomes a map of pigment density, changed by turbulent flow, dispersion,
// dark drying edges and the paper:  C' = C - (C - C^2) (d - 1).
#pragma once

#include <cstdint>

#include "inkstone/option.hpp"
#include "post/plane.hpp"

namespace inkstone::post {

struct WatercolourOptions {
  double wash = 0.5;
  double edge = 0.5;
  double turbulence = 0.5;
  double paper = 0.5;
  double ink = 0;
  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    visit(self.wash, Option{.name = "wash", .help = "how broad and few the washes are", .min = 0, .max = 1});
    visit(self.edge, Option{.name = "edge", .help = "pigment gathered at drying edges", .min = 0, .max = 1});
    visit(self.turbulence, Option{.name = "turbulence", .help = "uneven pigment within a wash", .min = 0, .max = 1});
    visit(self.paper, Option{.name = "paper", .help = "grain of the paper, and white left at the border", .min = 0, .max = 1});
    visit(self.ink, Option{.name = "ink", .help = "pen drawing under the washes", .min = 0, .max = 1});
  }
};
Image watercolour(const Image& picture, const WatercolourOptions& options, std::uint64_t seed);

}  // namespace inkstone::post
