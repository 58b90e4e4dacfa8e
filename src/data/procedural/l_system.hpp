// Plants and space-filling curves grown by rewriting strings and drawn by a turtle. A. Lindenmayer 1968; P. Prusinkiewicz and
// A. Lindenmayer, "The Algorithmic Beauty of Plants", 1990.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "data/procedural/painter.hpp"

namespace inkstone::procedural {

// Each symbol with rules becomes one of them (chosen at random where there are several), all at once, `times` times; others stay.
// Stops early, at a whole step, before the string would pass `longest` symbols.
using Rules = std::map<char, std::vector<std::string>>;
std::string rewritten(std::string axiom, const Rules& rules, int times, Random& random, std::size_t longest = 300'000);

// A line the turtle drew; depth: open brackets; tip: it is the last of its branch.
struct Stroke {
  Vec2 from, to;
  int depth = 0;
  bool tip = false;
};
// F, G: forward and draw; f: forward; + -: turn left, right by angle (radians); [ ]: branch; others are ignored. The turtle
// starts at the origin looking along `heading`, y upwards, steps of 1. jitter: spread of each turn, as a fraction of angle.
std::vector<Stroke> drawn(const std::string& symbols, double angle, double heading, double jitter, Random& random);

Painted paint_l_system(const Brief& brief);

}  // namespace inkstone::procedural
