// A square of land as a height field: ridged noise, worn by drops of water that carry soil downhill. F. K. Musgrave, C. Kolb and
// R. Mace, "The synthesis and rendering of eroded fractal terrains", SIGGRAPH 1989; drops after H. Beyer, "Implementation of a
// method for hydraulic erosion", 2015.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "data/procedural/geometry.hpp"
#include "data/procedural/random.hpp"

namespace inkstone::procedural {

class Terrain {
 public:
  // height(x, y) for x, y in [0,1], sampled at side * side places.
  Terrain(int side, const std::function<double(double x, double y)>& height);

  void erode(int drops, Random random);
  // For each place how much of the light from a distant sun gets there, 0 to 1; `rise`: height the ray gains per unit of way.
  void cast_shadows(Vec2 towards_sun, double rise);

  // Bilinear; places outside are moved to the edge.
  double height(double x, double y) const { return sampled(heights_, x, y); }
  double light(double x, double y) const { return light_.empty() ? 1 : sampled(light_, x, y); }
  Vec3 normal(double x, double y) const;  // unit, z up
  double total() const;                   // sum of all heights

 private:
  double sampled(const std::vector<float>& field, double x, double y) const;
  void roll_drop(Random& random);
  void add(Vec2 place, double amount);  // place in cells

  int side_;
  std::vector<float> heights_, light_;
};

}  // namespace inkstone::procedural
