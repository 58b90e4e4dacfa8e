#include "data/procedural/black_hole.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "data/procedural/noise.hpp"
#include "data/procedural/palette.hpp"

namespace inkstone::procedural {

double LightPath::u_at(double phi) const {
  const double place = phi / kStep;
  const auto i = static_cast<std::size_t>(place);
  return i + 1 < u.size() ? mix(u[i], u[i + 1], place - static_cast<double>(i)) : 0;
}

LightPath light_path(double impact, double distance) {
  constexpr double kMostTurns = 4.5 * std::numbers::pi, h = LightPath::kStep;
  const auto bend = [](double u) { return u * (3 * u - 1); };
  LightPath path;
  double u = 1 / distance, slope = std::sqrt(std::max(0.0, 1 / (impact * impact) - u * u * (1 - 2 * u)));
  for (double phi = 0; phi < kMostTurns; phi += h) {
    path.u.push_back(u);
    // Runge-Kutta-Nystroem, fourth order, for u'' = f(u)
    const double k1 = bend(u), k2 = bend(u + 0.5 * h * slope + 0.125 * h * h * k1), k3 = bend(u + h * slope + 0.5 * h * h * k2);
    const double next = u + h * slope + h * h * (k1 + 2 * k2) / 6;
    slope += h * (k1 + 4 * k2 + k3) / 6;
    if (next <= 0) {
      path.leaves_at = phi + h * u / (u - next);
      path.u.push_back(0);
      return path;
    }
    u = next;
    if (u > 0.5) break;
  }
  path.captured = true;
  return path;
}

double disc_redshift(double r, double spin_impact) {
  return std::sqrt(1 - 3 / r) / (1 + spin_impact / std::pow(r, 1.5));
}

namespace {

struct Disc {
  static constexpr double kInner = 6;  // the last stable orbit
  double outer = 20;
  std::uint32_t seed = 0;
  const Palette* palette = nullptr;
  double beaming = 1;  // power of the redshift that becomes brightness, over 3

  struct Light {
    Rgb colour;
    double opacity = 0;
  };

  // Streaks that the shear has drawn out along the orbits.
  double streaks(double r, double turn) const {
    const double wind = turn + 14 / std::sqrt(r), x = 1.3 * std::cos(wind), y = 1.3 * std::sin(wind);
    return clamp01(0.62 + 0.75 * fbm(perlin, x + 2.2 * r, y, seed, {.count = 4, .gain = 0.6}) +
                   0.25 * perlin(6 * r, 1.5 * std::sin(wind), seed + 9));
  }

  Light at(double r, double turn, double redshift) const {
    if (r < kInner || r > outer) return {};
    const double flux = 24 * std::pow(kInner / r, 3.0) * (1 - std::sqrt(kInner / (r + 0.25)));
    const double heat = 0.35 + 0.75 * redshift * std::pow(kInner / r, 0.75), edge = 1 - smoothstep(0.62 * outer, outer, r);
    const double texture = streaks(r, turn), light = (0.1 + flux) * std::pow(redshift, 3 * beaming) * (0.25 + 1.1 * texture);
    return {light * palette->at(0.22 + 0.66 * clamp01(heat)),
            edge * clamp01(0.35 + texture) * smoothstep(kInner, kInner + 0.6, r)};
  }
};

struct Sky {
  std::uint32_t seed = 0;
  const Palette* palette = nullptr;

  static double star(double x, double y, std::uint32_t seed, double scale, double share) {
    const Cells cells = worley(scale * x, scale * y, seed, 0.9);
    if ((cells.id & 0xffffU) > 65535 * share) return 0;
    return std::exp(-90 * cells.nearest * cells.nearest) * (0.15 + std::pow((cells.id >> 16) / 65536.0, 5.0) * 2.2);
  }

  Rgb towards(Vec3 d) const {
    const double x = std::atan2(d.y, d.x), y = std::asin(std::clamp(d.z, -1.0, 1.0));
    const double band = std::exp(-6 * std::pow(0.8 * d.z + 0.5 * d.y + 0.15, 2.0)),
                 dust = fbm(simplex, 2.5 * x, 4 * y, seed + 2, {.count = 4});
    const double stars = star(x, y, seed, 24, 0.14) + 0.7 * star(x, y, seed + 1, 50, 0.06 + 0.22 * band);
    return stars * Rgb{1.0F, 0.97F, 0.92F} + (0.06 + 0.16 * band * clamp01(0.6 + 1.2 * dust)) * palette->at(0.16 + 0.25 * band);
  }
};

class Scene {
 public:
  Scene(Disc disc, Sky sky, double distance, double height, double field, int entries, double widest)
      : disc_(disc),
        sky_(sky),
        widest_(widest),
        axis_{std::cos(height), 0, std::sin(height)},
        up_{-std::sin(height), 0, std::cos(height)} {
    for (int i = 0; i < entries; ++i) {
      const double angle = std::atan(field * widest * (i + 0.5) / entries);
      impacts_.push_back(distance * std::sin(angle) / std::sqrt(1 - 2 / distance));
      paths_.push_back(light_path(impacts_.back(), distance));
    }
  }

  // x right, y down from the middle of the picture, in canvas units.
  Rgb seen(double x, double y) const {
    const double radius = std::max(1e-9, std::sqrt(x * x + y * y));
    const auto entry =
        std::min(paths_.size() - 1, static_cast<std::size_t>(radius / widest_ * static_cast<double>(paths_.size())));
    const LightPath& path = paths_[entry];
    const Vec3 side = (x / radius) * Vec3{0, 1, 0} + (-y / radius) * up_;
    Rgb light;
    double clear = 1;
    add_disc(path, side, impacts_[entry] * cross(axis_, side).z, light, clear);
    if (!path.captured) light += clear * sky_.towards(std::cos(path.leaves_at) * axis_ + std::sin(path.leaves_at) * side);
    return light;
  }

 private:
  // The path meets the plane of the disc every half turn.
  void add_disc(const LightPath& path, Vec3 side, double spin_impact, Rgb& light, double& clear) const {
    double phi = std::atan2(-axis_.z, side.z);
    if (phi < 0) phi += std::numbers::pi;
    for (int order = 0; order < 3; ++order, phi += std::numbers::pi) {
      const double u = path.u_at(phi);
      if (u <= 0) return;
      const Vec3 hit = std::cos(phi) * axis_ + std::sin(phi) * side;
      const auto part = disc_.at(1 / u, std::atan2(hit.y, hit.x), disc_redshift(std::max(4.0, 1 / u), spin_impact));
      light += clear * part.opacity * part.colour;
      clear *= 1 - 0.9 * part.opacity;
    }
  }

  Disc disc_;
  Sky sky_;
  double widest_;
  Vec3 axis_, up_;  // axis: from the hole to the camera
  std::vector<double> impacts_;
  std::vector<LightPath> paths_;
};

}  // namespace

Painted paint_black_hole(const Brief& brief) {
  Random random(brief.seed);
  const Palette& palette =
      choose_palette(brief.palette, random, {"fire", "fire", "sunset", "gold", "autumn", "ice", "neon", "rose"});
  const double height = random.uniform(0.05, 0.5) * random.sign(), distance = random.uniform(32, 48),
               turn = random.uniform(-0.45, 0.45);
  const Disc disc{
      .outer = random.uniform(15, 24), .seed = random.word(), .palette = &palette, .beaming = random.uniform(0.55, 1.0)};
  const Sky sky{random.word(), &palette};
  Canvas canvas(brief.width, brief.height, 2);
  const double aspect = brief.aspect(), reach = std::min(1.0, aspect), widest = 0.75 * std::hypot(aspect, 1.0),
               field = random.uniform(2.3, 2.9) * disc.outer / distance / reach;
  const Vec2 middle = {0.5 * aspect + reach * random.uniform(-0.06, 0.06), 0.5 + reach * random.uniform(-0.05, 0.05)};
  const Scene scene(disc, sky, distance, height, field, std::min(3000, 2 * canvas.rows()), widest);
  canvas.shade([&](double x, double y) {
    const Vec2 p = rotated(Vec2{x, y} - middle, turn);
    return scene.seen(p.x, p.y);
  });
  bloom(canvas, 0.7, 0.04, 0.22);
  const char* view = std::abs(height) < 0.18   ? "seen nearly edge-on"
                     : std::abs(height) < 0.36 ? "seen from a low angle"
                                               : "seen from above";
  return {std::move(canvas), fmt::format("a black hole with a glowing disc {}, in {}", view, palette.words()), Tone::filmic};
}

}  // namespace inkstone::procedural
