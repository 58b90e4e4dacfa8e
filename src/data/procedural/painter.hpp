// What every kind of procedural picture is given and gives back.
#pragma once

#include <cstdint>
#include <string>

#include "data/procedural/canvas.hpp"
#include "data/procedural/random.hpp"

namespace inkstone::procedural {

struct Brief {
  int width = 0, height = 0;
  std::uint64_t seed = 0;  // already mixed with the kind
  std::string palette;     // a name of palette_names()

  double aspect() const { return static_cast<double>(width) / height; }
  // Small pictures need more samples per pixel, and can afford them.
  int samples() const { return height <= 128 ? 3 : 2; }
};

struct Painted {
  Canvas canvas;
  std::string caption;  // plain English, no full stop
  Tone tone = Tone::plain;
};

}  // namespace inkstone::procedural
