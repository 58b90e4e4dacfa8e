// A mountain range over eroded ground, seen from a valley, with sun, snow, haze, and sometimes a lake that mirrors it.
#pragma once

#include "data/procedural/painter.hpp"

namespace inkstone::procedural {

Painted paint_mountains(const Brief& brief);

}  // namespace inkstone::procedural
