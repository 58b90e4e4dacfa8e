// A skyline by rule: rows of towers with roofs and windows, day, dusk or night, sometimes over water.
#pragma once

#include "data/procedural/painter.hpp"

namespace inkstone::procedural {

Painted paint_city(const Brief& brief);

}  // namespace inkstone::procedural
