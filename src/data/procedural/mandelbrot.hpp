// Views of the Mandelbrot set, chosen by walking along its edge to where there is much to see. B. Mandelbrot, "Fractal aspects of
// the iteration of z -> lambda z (1 - z)", 1980.
#pragma once

#include "data/procedural/painter.hpp"

namespace inkstone::procedural {

Painted paint_mandelbrot(const Brief& brief);

}  // namespace inkstone::procedural
