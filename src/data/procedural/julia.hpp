// Filled Julia sets of z^2 + c for c just outside the Mandelbrot set, where they are most intricate, or inside one of its buds.
// G. Julia, "Memoire sur l'iteration des fonctions rationnelles", 1918; P. Fatou 1919.
#pragma once

#include "data/procedural/painter.hpp"

namespace inkstone::procedural {

Painted paint_julia(const Brief& brief);

}  // namespace inkstone::procedural
