// Island maps with contour lines, agate, northern lights and the open sea from simplex noise.
#pragma once

#include "data/procedural/painter.hpp"

namespace inkstone::procedural {

Painted paint_simplex(const Brief& brief);

}  // namespace inkstone::procedural
