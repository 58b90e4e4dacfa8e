#include "data/procedural/l_system.hpp"

#include <algorithm>
#include <numbers>

#include "data/procedural/l_system_curves.hpp"
#include "data/procedural/l_system_plants.hpp"

namespace inkstone::procedural {
namespace {

struct Turtle {
  Vec2 place;
  double heading = 0;
};

}  // namespace

std::string rewritten(std::string axiom, const Rules& rules, int times, Random& random, std::size_t longest) {
  for (int i = 0; i < times; ++i) {
    std::string next;
    for (const char symbol : axiom) {
      const auto rule = rules.find(symbol);
      if (rule == rules.end())
        next += symbol;
      else
        next += rule->second.size() == 1 ? rule->second.front() : random.pick(rule->second);
    }
    if (next.size() > longest) break;
    axiom = std::move(next);
  }
  return axiom;
}

std::vector<Stroke> drawn(const std::string& symbols, double angle, double heading, double jitter, Random& random) {
  std::vector<Stroke> strokes;
  std::vector<Turtle> saved;
  Turtle turtle{{0, 0}, heading};
  const auto turned = [&](double sign) { turtle.heading += sign * angle * (1 + jitter * random.uniform(-1, 1)); };
  for (const char symbol : symbols) {
    if (symbol == 'F' || symbol == 'G' || symbol == 'f') {
      const Vec2 next = turtle.place + unit(turtle.heading);
      if (symbol != 'f') strokes.push_back({turtle.place, next, static_cast<int>(saved.size()), false});
      turtle.place = next;
    } else if (symbol == '+') {
      turned(1);
    } else if (symbol == '-') {
      turned(-1);
    } else if (symbol == '[') {
      saved.push_back(turtle);
    } else if (symbol == ']' && !saved.empty()) {
      if (!strokes.empty()) strokes.back().tip = true;
      turtle = saved.back();
      saved.pop_back();
    }
  }
  if (!strokes.empty()) strokes.back().tip = true;
  return strokes;
}

Painted paint_l_system(const Brief& brief) {
  Random random(brief.seed);
  return random.chance(0.5) ? paint_plants(brief, random.branch(1)) : paint_curve(brief, random.branch(1));
}

}  // namespace inkstone::procedural
