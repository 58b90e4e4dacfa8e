// Bracketed systems as plants: a botanical plate of one, or a meadow of many.
#pragma once

#include "data/procedural/painter.hpp"

namespace inkstone::procedural {

Painted paint_plants(const Brief& brief, Random random);

}  // namespace inkstone::procedural
