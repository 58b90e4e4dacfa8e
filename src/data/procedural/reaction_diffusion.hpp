// Patterns of two substances that feed on each other and spread: u' = Du lap u - u v^2 + F (1 - u), v' = Dv lap v + u v^2 - (F +
// k) v. A. Turing, "The chemical basis of morphogenesis", 1952; P. Gray and S. Scott 1984; J. Pearson, "Complex patterns in a
// simple system", Science 1993.
#pragma once

#include <vector>

#include "data/procedural/painter.hpp"

namespace inkstone::procedural {

// A torus of width x height cells; u and v in [0,1].
class GrayScott {
 public:
  GrayScott(int width, int height, float feed, float kill);

  void seed(int x, int y, int radius);  // a disc of the second substance
  void step(int times);
  float u(int x, int y) const { return u_[index(x, y)]; }
  float v(int x, int y) const { return v_[index(x, y)]; }

 private:
  // one cell of border all around holds the other side of the torus
  std::size_t index(int x, int y) const {
    return static_cast<std::size_t>(y + 1) * (width_ + 2) + static_cast<std::size_t>(x + 1);
  }
  void wrap(std::vector<float>& field) const;
  void step_row(int y);

  int width_, height_;
  float feed_, kill_;
  std::vector<float> u_, v_, next_u_, next_v_;
};

Painted paint_reaction_diffusion(const Brief& brief);

}  // namespace inkstone::procedural
