// Fractal flames: iterated function systems with nonlinear variations, drawn by the logarithm of density with colour carried
// along. S. Draves and E. Reckase, "The fractal flame algorithm", 2003; widening of sparse places after F. Suykens and Y.
// Willems, "Adaptive filtering for progressive Monte Carlo image rendering", 2000.
#pragma once

#include "data/procedural/painter.hpp"

namespace inkstone::procedural {

Painted paint_flame(const Brief& brief);

}  // namespace inkstone::procedural
