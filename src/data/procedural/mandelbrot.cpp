#include "data/procedural/mandelbrot.hpp"

#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "data/procedural/escape_time.hpp"

namespace inkstone::procedural {
namespace {

constexpr double kWholeSet = 1.3;  // half height of the view that holds the set

struct MandelbrotView {
  Vec2 centre = {-0.7, 0};
  double radius = kWholeSet;  // half height
  double turn = 0;            // radians
  int most = 300;             // iterations

  Vec2 point(double u, double v) const { return centre + radius * rotated({u, v}, turn); }
};

// The liveliest of some points on the edge of what is seen.
Vec2 edge_point(const MandelbrotView& view, Random& random) {
  Vec2 best = view.centre;
  double longest = -1;
  for (int i = 0; i < 24; ++i) {
    const Vec2 c = view.point(random.uniform(-0.9, 0.9), random.uniform(-0.9, 0.9));
    const Orbit orbit = mandelbrot_orbit(c, view.most);
    if (!orbit.inside && orbit.time > longest) {
      longest = orbit.time;
      best = c;
    }
  }
  return best;
}

MandelbrotView zoomed(MandelbrotView view, int depth, Random& random) {
  for (int i = 0; i < depth; ++i) {
    view.centre = edge_point(view, random);
    view.radius /= random.uniform(2.5, 4.5);
    view.most += 90;
  }
  view.turn = random.angle();
  return view;
}

// Escape times on a grid over the view, row by row, negative inside.
std::vector<double> probe(const MandelbrotView& view, double aspect, int side) {
  std::vector<double> times;
  for (int j = 0; j < side; ++j)
    for (int i = 0; i < side; ++i) {
      const Orbit orbit = mandelbrot_orbit(view.point(aspect * (2.0 * i / side - 1), 2.0 * j / side - 1), view.most);
      times.push_back(orbit.inside ? -1 : orbit.time);
    }
  return times;
}

MandelbrotView best_view(int depth, double aspect, Random& random) {
  constexpr int kCandidates = 4, kSide = 16;
  MandelbrotView best;
  double most = -1e9;
  for (int i = 0; i < kCandidates; ++i) {
    const MandelbrotView view = zoomed({}, depth, random);
    const double score = interest(probe(view, aspect, kSide).data(), kSide, kSide);
    if (score > most) {
      most = score;
      best = view;
    }
  }
  return best;
}

double shortest_time(const MandelbrotView& view, double aspect) {
  double least = 1e9;
  for (const double time : probe(view, aspect, 16))
    if (time >= 0) least = std::min(least, time);
  return least;
}

std::string caption(const MandelbrotView& view, const Palette& palette) {
  const double magnification = kWholeSet / view.radius;
  if (magnification < 1.2) return fmt::format("the whole Mandelbrot set, in {}", palette.words());
  const char* place = view.centre.x < -1.3    ? "on the needle of"
                      : view.centre.x < -0.74 ? "in the seahorse valley of"
                      : view.centre.x > 0.2   ? "in the elephant valley of"
                                              : "at the edge of";
  return fmt::format("a fractal {} the Mandelbrot set, magnified {:.0f} times, in {}", place, magnification, palette.words());
}

}  // namespace

Painted paint_mandelbrot(const Brief& brief) {
  Random random(brief.seed);
  const Palette& palette = choose_palette(brief.palette, random);
  const int depth = random.chance(0.08) ? 0 : random.between(1, 7);
  MandelbrotView view = depth == 0 ? MandelbrotView{} : best_view(depth, brief.aspect(), random);
  if (depth == 0) view.radius = kWholeSet / std::min(1.0, brief.aspect() / 1.1);

  OrbitLook look{.palette = &palette, .base = shortest_time(view, brief.aspect())};
  look.density = random.uniform(0.45, 0.9);
  look.offset = random.uniform(0.0, 0.2);
  look.relief = random.uniform(0.35, 0.75);
  look.ridge = random.uniform(0.0012, 0.0035) * view.radius;
  look.ridge_tone = random.chance(0.6) ? 0.04 : 0.97;
  look.light = unit(random.angle());

  Canvas canvas(brief.width, brief.height, 2);
  const double aspect = brief.aspect();
  canvas.shade(
      [&](double x, double y) { return orbit_colour(mandelbrot_orbit(view.point(2 * x - aspect, 2 * y - 1), view.most), look); });
  return {std::move(canvas), caption(view, palette)};
}

}  // namespace inkstone::procedural
