// A forest in layers that fade into mist, under a sky of some hour.
#pragma once

#include "data/procedural/painter.hpp"

namespace inkstone::procedural {

Painted paint_forest(const Brief& brief);

}  // namespace inkstone::procedural
