// Iteration of z -> z^2 + c with what its pictures are coloured by: smooth escape time (R. Munafo; A. Garcia et al.,
// "Coloring dynamical systems in the complex plane", 2009), distance to the set (J. Milnor, "Self-similarity and hairiness in the
// Mandelbrot set", 1989) and the direction of the escape-time slope.
#pragma once

#include "data/procedural/colour.hpp"
#include "data/procedural/geometry.hpp"
#include "data/procedural/palette.hpp"

namespace inkstone::procedural {

struct Orbit {
  bool inside = false;    // did not escape
  double time = 0;        // iterations until escape, with a smooth fraction; >= 0
  double distance = 0;    // to the set, in the plane's units, within a factor of about 2
  Vec2 slope;             // unit vector away from the set
  double closest = 1e30;  // smallest |z|^2 on the way
};

// A member of the main cardioid or of the disc of period 2, without iteration.
bool in_large_bulbs(Vec2 c);

// From z = 0, by c, for the Mandelbrot set; derivatives by c.
Orbit mandelbrot_orbit(Vec2 c, int most);
// From z, for the Julia set of c; derivatives by z.
Orbit julia_orbit(Vec2 z, Vec2 c, int most);

// How orbits become colours.
struct OrbitLook {
  const Palette* palette = nullptr;
  double base = 0;     // escape time that gets `offset`
  double density = 1;  // turns of the gradient per doubling of the escape time
  double offset = 0;
  double relief = 0.6;    // shading by slope, 0 none
  double ridge = 0;       // distance within which the set's filaments take their own colour, in the plane's units
  double ridge_tone = 1;  // its place in the palette
  Vec2 light = {0.6, -0.8};
};
Rgb orbit_colour(const Orbit& orbit, const OrbitLook& look);

// How much there is to see in escape times on a small grid: entropy of their logarithms in bits, less what too much of the
// inside or of chaos takes away. columns*rows values, negative for inside.
double interest(const double* times, int columns, int rows);

}  // namespace inkstone::procedural
