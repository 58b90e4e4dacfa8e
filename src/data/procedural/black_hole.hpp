// A thin accretion disc around a Schwarzschild black hole as a camera near it sees it: light bent by the hole, the approaching
// side brightened, stars behind it displaced. J.-P. Luminet, "Image of a spherical black hole with thin accretion disk", A&A 75,
// 1979; disc: N. Shakura and R. Sunyaev 1973. Units: G = c = 1, lengths in masses of the hole.
#pragma once

#include <vector>

#include "data/procedural/painter.hpp"

namespace inkstone::procedural {

// The path of light with impact parameter b, followed backwards from the camera: u = 1/r at angles phi = i * step around the
// hole, by u'' = 3 u^2 - u.
struct LightPath {
  static constexpr double kStep = 0.02;
  std::vector<double> u;
  bool captured = false;  // ends in the hole
  double leaves_at = 0;   // phi at which r becomes infinite, where it is not captured

  // 0 where the path does not reach.
  double u_at(double phi) const;
};
// distance: of the camera, > 3. Throws nothing; b above what the camera can see is followed outwards.
LightPath light_path(double impact, double distance);

// Ratio of received to emitted frequency for light of a ring at r that turns at Kepler's rate; spin_impact: the light's angular
// momentum about the disc's axis over its energy.
double disc_redshift(double r, double spin_impact);

Painted paint_black_hole(const Brief& brief);

}  // namespace inkstone::procedural
