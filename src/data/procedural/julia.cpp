#include "data/procedural/julia.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include <fmt/format.h>

#include "data/procedural/escape_time.hpp"

namespace inkstone::procedural {
namespace {

constexpr int kMost = 320;

// On the ray from inside the main cardioid, the edge of the Mandelbrot set, and from it a little outwards or inwards.
Vec2 seed_point(Random& random) {
  const Vec2 from = {-0.15, 0}, direction = unit(random.angle());
  double inside = 0, outside = 2.2;
  for (int i = 0; i < 30; ++i) {
    const double middle = 0.5 * (inside + outside);
    (mandelbrot_orbit(from + middle * direction, 400).inside ? inside : outside) = middle;
  }
  const double off = random.chance(0.25) ? -random.uniform(0.001, 0.02) : random.log_uniform(0.0005, 0.02);
  return from + (outside + off) * direction;
}

struct JuliaView {
  Vec2 c;
  double radius = 1.4;
  double turn = 0;

  Vec2 point(double u, double v) const { return radius * rotated({u, v}, turn); }
};

std::vector<double> probe(const JuliaView& view, int side) {
  std::vector<double> times;
  for (int j = 0; j < side; ++j)
    for (int i = 0; i < side; ++i) {
      const Orbit orbit = julia_orbit(view.point(2.0 * i / side - 1, 2.0 * j / side - 1), view.c, kMost);
      times.push_back(orbit.inside ? -1 : orbit.time);
    }
  return times;
}

JuliaView best_view(Random& random) {
  constexpr int kCandidates = 5, kSide = 20;
  JuliaView best;
  double most = -1e9;
  for (int i = 0; i < kCandidates; ++i) {
    const JuliaView view = {seed_point(random), random.chance(0.35) ? random.log_uniform(0.15, 0.9) : random.uniform(1.1, 1.45),
                            random.angle()};
    const double score = interest(probe(view, kSide).data(), kSide, kSide);
    if (score > most) {
      most = score;
      best = view;
    }
  }
  return best;
}

OrbitLook look_of(const JuliaView& view, const Palette& palette, Random& random) {
  OrbitLook look{.palette = &palette};
  look.base = 1e9;
  for (const double time : probe(view, 16))
    if (time >= 0) look.base = std::min(look.base, time);
  look.density = random.uniform(0.35, 0.7);
  look.offset = random.uniform(0.0, 0.12);
  look.relief = random.uniform(0.3, 0.7);
  look.ridge = random.uniform(0.0012, 0.0035) * view.radius;
  look.ridge_tone = random.chance(0.5) ? 0.04 : 0.97;
  look.light = unit(random.angle());
  return look;
}

}  // namespace

Painted paint_julia(const Brief& brief) {
  Random random(brief.seed);
  const Palette& palette = choose_palette(brief.palette, random);
  const JuliaView view = best_view(random);
  const OrbitLook look = look_of(view, palette, random);
  const double aspect = brief.aspect();
  Canvas canvas(brief.width, brief.height, 2);
  canvas.shade(
      [&](double x, double y) { return orbit_colour(julia_orbit(view.point(2 * x - aspect, 2 * y - 1), view.c, kMost), look); });
  return {std::move(canvas),
          fmt::format("{} Julia set of c = {:.3f} {} {:.3f}i, in {}", view.radius < 1 ? "a close view of the" : "the", view.c.x,
                      view.c.y < 0 ? '-' : '+', std::abs(view.c.y), palette.words())};
}

}  // namespace inkstone::procedural
