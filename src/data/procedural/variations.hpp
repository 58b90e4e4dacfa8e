// The nonlinear maps of fractal flames, by the numbers and formulas of Draves and Reckase 2003, appendix.
#pragma once

#include <span>

#include "data/procedural/geometry.hpp"

namespace inkstone::procedural {

struct Variation {
  const char* name;
  Vec2 (*map)(Vec2 p);
};

std::span<const Variation> variations();

}  // namespace inkstone::procedural
