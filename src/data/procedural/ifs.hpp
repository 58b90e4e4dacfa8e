// Attractors of iterated function systems, drawn by the chaos game: Barnsley's fern, dragons, gaskets, spirals, leaves and random
// systems. J. Hutchinson, "Fractals and self-similarity", 1981; M. Barnsley, "Fractals Everywhere", 1988.
#pragma once

#include "data/procedural/painter.hpp"

namespace inkstone::procedural {

Painted paint_ifs(const Brief& brief);

}  // namespace inkstone::procedural
