// Noise of the plane as a function of place and seed. Gradient noise: K. Perlin, "An image synthesizer", SIGGRAPH 1985, with
// the quintic fade of "Improving noise", 2002. Simplex noise: Perlin 2001, in the form of S. Gustavson, "Simplex noise
// demystified", 2005. Cells: S. Worley, "A cellular texture basis function", SIGGRAPH 1996.
#pragma once

#include <cmath>
#include <cstdint>

namespace inkstone::procedural {

// About [-1,1], mean 0, zero at every lattice point, feature size one unit, continuous second derivatives.
double perlin(double x, double y, std::uint32_t seed);

// About [-1,1], mean 0, on a triangular lattice.
double simplex(double x, double y, std::uint32_t seed);

// Distances to the nearest two of the points scattered one to a unit square.
struct Cells {
  double nearest = 0, second = 0;
  double x = 0, y = 0;   // the nearest point
  std::uint32_t id = 0;  // hash of its square
};
// jitter 0: points in the middle of their squares; 1: anywhere.
Cells worley(double x, double y, std::uint32_t seed, double jitter = 1.0);

// Octaves of a noise, each `lacunarity` finer and `gain` weaker than the one before and turned, so that their lattices do not
// line up. The sum is divided by the weights: about [-1,1].
struct Octaves {
  int count = 5;
  double gain = 0.5;
  double lacunarity = 2.03;
};
using Noise = double (*)(double, double, std::uint32_t);
double fbm(Noise noise, double x, double y, std::uint32_t seed, Octaves octaves = {});
// Sum of |noise|: billows with creases. [0,1]
double turbulence(Noise noise, double x, double y, std::uint32_t seed, Octaves octaves = {});
// Sum of (1 - |noise|)^2, finer octaves only where the coarser are high: mountain ridges (F. K. Musgrave, in "Texturing and
// Modeling", 1994). [0,1]
double ridged(Noise noise, double x, double y, std::uint32_t seed, Octaves octaves = {});

}  // namespace inkstone::procedural
