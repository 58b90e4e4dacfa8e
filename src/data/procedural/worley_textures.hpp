// Cobblestones, stained glass, dried mud, light on the floor of a pool and hides from cellular noise.
#pragma once

#include "data/procedural/painter.hpp"

namespace inkstone::procedural {

Painted paint_worley(const Brief& brief);

}  // namespace inkstone::procedural
