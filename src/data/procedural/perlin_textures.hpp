// Marble, wood, clouds, smoke and combed flow lines from gradient noise. D. Ebert et al., "Texturing and Modeling: A
// Procedural Approach", 1994; domain warping after I. Quilez, 2002.
#pragma once

#include "data/procedural/painter.hpp"

namespace inkstone::procedural {

Painted paint_perlin(const Brief& brief);

}  // namespace inkstone::procedural
