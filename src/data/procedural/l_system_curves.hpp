// Curves of Koch, Hilbert, Peano, Gosper, Heighway and others as ribbons of colour.
#pragma once

#include "data/procedural/painter.hpp"

namespace inkstone::procedural {

Painted paint_curve(const Brief& brief, Random random);

}  // namespace inkstone::procedural
