#include "data/procedural/l_system_curves.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "data/procedural/drawing.hpp"
#include "data/procedural/l_system.hpp"
#include "data/procedural/palette.hpp"

namespace inkstone::procedural {
namespace {

struct Curve {
  const char* name;
  const char* axiom;
  Rules rules;
  double degrees;
  int least, most;  // generations
};

const std::vector<Curve>& curves() {
  static const std::vector<Curve> list = {
      {"a Koch snowflake", "F--F--F", {{'F', {"F+F--F+F"}}}, 60, 3, 5},
      {"a quadratic Koch island", "F-F-F-F", {{'F', {"F-F+F+FF-F-F+F"}}}, 90, 2, 3},
      {"a Heighway dragon", "FX", {{'X', {"X+YF+"}}, {'Y', {"-FX-Y"}}}, 90, 9, 13},
      {"a Hilbert curve", "X", {{'X', {"-YF+XFX+FY-"}}, {'Y', {"+XF-YFY-FX+"}}}, 90, 4, 6},
      {"a Gosper curve", "F", {{'F', {"F+G++G-F--FF-G+"}}, {'G', {"-F+GG++G+F--F-G"}}}, 60, 3, 4},
      {"a Sierpinski arrowhead", "F", {{'F', {"G-F-G"}}, {'G', {"F+G+F"}}}, 60, 5, 8},
      {"a Peano curve", "X", {{'X', {"XFYFX+F+YFXFY-F-XFYFX"}}, {'Y', {"YFXFY-F-XFYFX+F+YFXFY"}}}, 90, 2, 4},
      {"a Levy curve", "F", {{'F', {"+F--F+"}}}, 45, 9, 12},
      {"a terdragon", "F", {{'F', {"F+F-F"}}}, 120, 6, 8},
      {"a pentagonal lace", "F-F-F-F-F", {{'F', {"F-F-F++F+F-F"}}}, 72, 2, 4},
      {"a crystal of squares", "F+F+F+F", {{'F', {"FF+F++F+F"}}}, 90, 3, 4},
      {"a ring of squares", "F+F+F+F", {{'F', {"FF+F+F+F+F+F-F"}}}, 90, 2, 3},
      {"a Moore curve", "LFL+F+LFL", {{'L', {"-RF+LFL+FR-"}}, {'R', {"+LF-RFR-FL+"}}}, 90, 3, 5},
  };
  return list;
}

// Corners of the drawing, moved into the frame.
std::vector<Vec2> fitted(const std::vector<Stroke>& strokes, double aspect, double turn, double* step) {
  std::vector<Vec2> points = {rotated(strokes.front().from, turn)};
  for (const auto& stroke : strokes) points.push_back(rotated(stroke.to, turn));
  Vec2 low = points.front(), high = low;
  for (const Vec2 p : points) {
    low = {std::min(low.x, p.x), std::min(low.y, p.y)};
    high = {std::max(high.x, p.x), std::max(high.y, p.y)};
  }
  *step = 0.84 * std::min(aspect / std::max(1.0, high.x - low.x), 1 / std::max(1.0, high.y - low.y));
  const Vec2 middle = 0.5 * (low + high);
  for (Vec2& p : points) p = Vec2{0.5 * aspect, 0.5} + *step * (p - middle);
  return points;
}

// A place on the i-th piece: cutting the corners off makes them round.
Vec2 rounded(const std::vector<Vec2>& points, std::size_t i, double t) {
  return points[i] + t * (points[i + 1] - points[i]);
}

}  // namespace

Painted paint_curve(const Brief& brief, Random random) {
  const Curve& curve = random.pick(curves());
  const Palette& palette = choose_palette(brief.palette, random);
  const bool dark = random.chance(0.5), soft = random.chance(0.5);
  const int generations = std::min(random.between(curve.least, curve.most), brief.height < 128 ? curve.most - 1 : curve.most);
  const auto strokes =
      drawn(rewritten(curve.axiom, curve.rules, generations, random), curve.degrees * std::numbers::pi / 180, 0, 0, random);
  double step = 1;
  const auto points = fitted(strokes, brief.aspect(), random.pick(std::array{0.0, 0.0, 0.7853981634, 0.35}), &step);
  Canvas canvas(brief.width, brief.height, brief.samples());
  const Rgb ground = palette.at(dark ? 0.03 : 1.0);
  canvas.shade([&](double, double y) { return (1 - 0.12 * y) * ground; });
  const double half = std::max(0.45 * canvas.pixel(), step * random.uniform(0.16, 0.34)),
               pieces = static_cast<double>(points.size() - 1);
  const double turns = random.pick(std::array{0.5, 0.5, 1.0, 2.0});
  const auto colour = [&](std::size_t i) {
    const double t = turns * static_cast<double>(i) / pieces, ramp = 2 * std::abs(t - std::round(t));
    return palette.at(dark ? 0.3 + 0.65 * ramp : 0.1 + 0.62 * ramp);
  };
  Vec2 pen = points.front();
  for (std::size_t i = 0; i + 1 < points.size(); ++i) {
    const Vec2 from = soft ? rounded(points, i, 0.28) : points[i], to = soft ? rounded(points, i, 0.72) : points[i + 1];
    if (i > 0) line(canvas, pen, from, half, colour(i));
    line(canvas, from, to, half, colour(i));
    pen = to;
  }
  return {std::move(canvas), fmt::format("{} after {} steps, in {} on a {} ground", curve.name, generations, palette.words(),
                                         dark ? "dark" : "light")};
}

}  // namespace inkstone::procedural
