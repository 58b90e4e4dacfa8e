// Two disc galaxies in a close passage: their cores move as two bodies, their stars as test particles in the field of both. A.
// and J. Toomre, "Galactic bridges and tails", ApJ 178, 1972.
#pragma once

#include <vector>

#include "data/procedural/geometry.hpp"
#include "data/procedural/painter.hpp"

namespace inkstone::procedural {

// G = 1 and softened potentials -m / sqrt(r^2 + softening^2). Leapfrog steps, so that energy stays within bounds.
class Encounter {
 public:
  struct Body {
    Vec3 place, velocity;
    double mass = 1;
  };
  struct Star {
    Vec3 place, velocity;
    int home = 0;       // which body's disc
    double radius = 0;  // in the disc, at the start; 0..1
  };

  Encounter(Body first, Body second, double softening);
  // Stars on circular orbits around one body, in a disc with the given normal; more of them towards its middle.
  void add_disc(int home, int stars, double radius, Vec3 normal, Random& random);
  void step(double dt, int times);

  double core_energy() const;
  Vec3 core_momentum() const;
  const std::vector<Body>& bodies() const { return bodies_; }
  const std::vector<Star>& stars() const { return stars_; }

 private:
  Vec3 pull(Vec3 place, const Body& body) const;
  void kick_bodies(double dt);
  void kick_stars(double dt);

  std::vector<Body> bodies_;
  std::vector<Star> stars_;
  double softening2_;
};

Painted paint_galaxies(const Brief& brief);

}  // namespace inkstone::procedural
