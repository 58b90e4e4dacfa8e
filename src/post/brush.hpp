// One stroke of a bristle brush, and the canvas it is laid on: colour, height of the paint, and the light on it.
#pragma once

#include <cstdint>

#include "post/flow.hpp"
#include "post/plane.hpp"

namespace inkstone::post {

struct Stroke {
  std::vector<Vector2> path;  // at least two points, in pixels
  float radius = 1;
  Rgb colour = {};
  float vary = 0;  // deviation of colour between bristles
  std::uint64_t seed = 0;
};

struct Canvas {
  Image colour;
  Plane height;
};

// Paints the strokes in order; later ones cover earlier ones.
void paint(Canvas& canvas, const std::vector<Stroke>& strokes);

// The canvas lit from the top left; relief 0 gives its colours as they are.
Image lit(const Canvas& canvas, float relief);

}  // namespace inkstone::post
