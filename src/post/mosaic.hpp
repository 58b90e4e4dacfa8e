// Mosaic of square stones laid along the contours: Hausner, "Simulating decorative mosaics", SIGGRAPH 2001. Stones are
// the cells of a centroidal Voronoi diagram (Lloyd 1982) under a square metric turned to the direction field; strong
// edges repel them, so that contours fall on the grout.
#pragma once

#include <cstdint>

#include "inkstone/option.hpp"
#include "post/plane.hpp"

namespace inkstone::post {

struct MosaicOptions {
  double tile = 2;
  double grout = 0.1;
  double variation = 0.4;
  double relief = 0.5;
  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    visit(self.tile, Option{.name = "tile", .help = "side of a stone in percent of the shorter side", .min = 0.5, .max = 20});
    visit(self.grout, Option{.name = "grout", .help = "width of the joints as part of a stone", .min = 0, .max = 0.6});
    visit(self.variation, Option{.name = "variation", .help = "how much stones of one colour differ", .min = 0, .max = 1});
    visit(self.relief, Option{.name = "relief", .help = "how much stones tilt and catch the light", .min = 0, .max = 1});
  }
};
Image mosaic(const Image& picture, const MosaicOptions& options, std::uint64_t seed);

}  // namespace inkstone::post
