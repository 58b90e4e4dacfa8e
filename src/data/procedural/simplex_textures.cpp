#include "data/procedural/simplex_textures.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "data/procedural/drawing.hpp"
#include "data/procedural/noise.hpp"
#include "data/procedural/palette.hpp"

namespace inkstone::procedural {
namespace {

constexpr int kSimplexSamples = 2;

Rgb map_sea(const Palette& palette, double depth) {
  const double rings = 0.12 * smoothstep(0.7, 1.0, std::cos(40 * depth)) * std::exp(-9 * depth);
  return mix(palette.at(0.36 - 0.5 * depth), palette.at(0.7), rings + 0.35 * std::exp(-45 * depth));
}

// A contour line every `interval`; width in the units of `height`, from its slope.
double contour(double height, double interval, double width) {
  const double off = std::abs(height / interval - std::round(height / interval)) * interval;
  return 1 - smoothstep(0.5 * width, 1.5 * width, off);
}

Painted island(const Brief& brief, Random random) {
  const Palette& palette =
      choose_palette(brief.palette, random, {"lagoon", "ocean", "meadow", "copper", "aurora", "ice", "dusk"});
  const std::uint32_t seed = random.word();
  const double scale = random.uniform(1.3, 2.1), sea = random.uniform(-0.02, 0.08);
  const Vec2 middle = {brief.aspect() * random.uniform(0.4, 0.6), random.uniform(0.42, 0.58)};
  const auto height = [&](double x, double y) {
    const Vec2 d = Vec2{x, y} - middle;
    return 0.34 + 0.62 * fbm(simplex, scale * x, scale * y, seed, {.count = 5, .gain = 0.36}) - 1.5 * dot(d, d) - sea;
  };
  Canvas canvas(brief.width, brief.height, kSimplexSamples);
  const double step = 0.7 * canvas.pixel();
  canvas.shade([&](double x, double y) {
    const double h = height(x, y);
    if (h < 0) return map_sea(palette, -h);
    const double dx = (height(x + step, y) - h) / step, dy = (height(x, y + step) - h) / step;
    const double slope = std::sqrt(dx * dx + dy * dy), lit = std::clamp(1.0 - 0.14 * (dx + dy), 0.6, 1.3);
    const Rgb land = lit * palette.at(0.5 + 0.75 * h);
    const double lines =
        contour(h, 0.045, 0.75 * slope * canvas.pixel()) * (1 - smoothstep(0.15, 0.4, canvas.pixel() * slope / 0.045));
    return mix(land, palette.at(0.08), 0.6 * lines + 0.7 * (1 - smoothstep(0.0, 2.2 * slope * canvas.pixel() + 1e-9, h)));
  });
  return {std::move(canvas), fmt::format("a map of an island with contour lines, in {}", palette.words())};
}

Painted agate(const Brief& brief, Random random) {
  const Palette& palette = choose_palette(brief.palette, random);
  const std::uint32_t seed = random.word();
  const double scale = random.uniform(0.7, 1.2), bands = random.uniform(9, 17);
  const Vec2 heart = {brief.aspect() * random.uniform(0.3, 0.7), random.uniform(0.3, 0.7)};
  Canvas canvas(brief.width, brief.height, kSimplexSamples);
  canvas.shade([&](double x, double y) {
    const Vec2 d = Vec2{x, y} - heart;
    const double warp = fbm(simplex, scale * x, scale * y, seed, {.count = 5, .gain = 0.42});
    const double depth = 0.9 * length(d) + 0.34 * warp + 0.1 * simplex(3 * d.x, 3 * d.y, seed + 1) * length(d);
    const double band = bands * depth, own = (lattice_hash(static_cast<int>(std::floor(band)), 0, seed) >> 8) * 0x1p-24;
    const double next = (lattice_hash(static_cast<int>(std::floor(band)) + 1, 0, seed) >> 8) * 0x1p-24;
    const double tone = mix(own, next, smoothstep(0.75, 1.0, fraction(band)));
    const double fine = 0.10 * std::sin(6.283 * 6 * band),
                 crystal = depth < 0.12 ? std::abs(simplex(38 * x, 38 * y, seed + 2)) : 0;
    return mix(palette.at(0.1 + 0.82 * tone + fine), palette.at(1), 0.9 * crystal * smoothstep(0.12, 0.05, depth));
  });
  vignette(canvas, 0.2);
  return {std::move(canvas), fmt::format("a cut agate with bands around its heart, in {}", palette.words())};
}

// Light of one curtain at height v above its lower hem.
double curtain(double x, double v, std::uint32_t seed) {
  if (v < -0.02) return 0;
  const double rays = 0.55 + 0.45 * simplex(26 * x, 0.6 * v, seed + 1),
               glow = smoothstep(-0.02, 0.03, v) * std::exp(-5.0 * std::max(0.0, v));
  return glow * rays;
}

void fir_row(Canvas& canvas, Random& random, double ground, double size, Rgb colour) {
  const double aspect = canvas.aspect();
  for (double x = -0.02; x < aspect + 0.02; x += size * random.uniform(0.12, 0.42)) {
    const double height = size * random.uniform(0.5, 1.2), half = 0.19 * height;
    for (int tier = 0; tier < 6; ++tier) {
      const double top = ground - height * (1 - tier / 7.0), bottom = top + height / 3.4, reach = half * (tier + 1.6) / 6.5;
      const std::array<Vec2, 3> corners = {Vec2{x, top}, Vec2{x + reach, bottom}, Vec2{x - reach, bottom}};
      polygon(canvas, corners, colour);
    }
  }
  rectangle(canvas, {0, ground - 0.25 * size}, {aspect, 1}, colour);
}

Painted northern_lights(const Brief& brief, Random random) {
  const Palette& palette = choose_palette(brief.palette, random, {"aurora", "neon", "meadow", "aurora", "candy"});
  const std::uint32_t seed = random.word();
  const int curtains = random.between(2, 4);
  Canvas canvas(brief.width, brief.height, kSimplexSamples);
  canvas.shade([&](double, double y) { return mix(0.35 * palette.at(0.02), 0.8 * palette.at(0.2), y * y); });
  starfield(canvas, random.bits(), 420, 1.0);
  canvas.reshade([&](double x, double y, Rgb sky) {
    for (int i = 0; i < curtains; ++i) {
      const std::uint32_t own = seed + 10U * static_cast<std::uint32_t>(i);
      const double hem = 0.72 - 0.16 * i + 0.13 * fbm(simplex, 1.1 * x + 0.2 * y, 0.7 * i, own, {.count = 3}), v = hem - y;
      const double light = curtain(x + 0.05 * simplex(2.2 * x, 0.9 * y, own + 3), v, own) *
                           (0.4 + 0.6 * clamp01(0.5 + simplex(0.9 * x, 3.0 * i, own + 4)));
      sky += 1.25 * light * mix(palette.at(0.66), palette.at(0.38), smoothstep(0.03, 0.3, v));
    }
    return sky;
  });
  fir_row(canvas, random, 0.97, 0.15, 0.5 * palette.at(0.06));
  fir_row(canvas, random, 1.03, 0.22, 0.2 * palette.at(0.0));
  return {std::move(canvas), fmt::format("northern lights over a fir forest at night, in {}", palette.words()), Tone::filmic};
}

// Waves in perspective: `far` is 1 at the horizon.
double wave_height(double x, double depth, std::uint32_t seed) {
  return fbm(simplex, 0.9 * x, 2.2 * depth, seed, {.count = 5, .gain = 0.55});
}

Painted sea(const Brief& brief, Random random) {
  const Palette& palette = choose_palette(brief.palette, random, {"ocean", "sunset", "dusk", "lagoon", "ice", "rose", "gold"});
  const std::uint32_t seed = random.word();
  const double horizon = random.uniform(0.3, 0.48), sun_x = brief.aspect() * random.uniform(0.2, 0.8),
               sun_y = horizon - random.uniform(0.03, 0.2);
  const auto sky = [&](double x, double y) {
    const double up = clamp01((horizon - y) / horizon), off = length(Vec2{x - sun_x, y - sun_y});
    const double streaks = 0.10 * smoothstep(0.0, 0.6, fbm(simplex, 1.4 * x, 9 * y, seed + 7, {.count = 4})) * (1 - up);
    return palette.at(0.86 - 0.5 * up + streaks) +
           (0.9 * std::exp(-14 * off) + 6.0 * (1 - smoothstep(0.028, 0.034, off))) * palette.at(0.95);
  };
  Canvas canvas(brief.width, brief.height, kSimplexSamples);
  canvas.shade([&](double x, double y) {
    if (y < horizon) return sky(x, y);
    const double down = y - horizon + 0.004, depth = 0.55 / down, across = (x - 0.5 * brief.aspect()) * depth * 1.6;
    const double tilt = wave_height(across, 2.2 * depth, seed) - wave_height(across, 2.2 * depth + 0.12, seed);
    const double near = smoothstep(0.0, 0.35, down), steep = clamp01(0.5 + tilt * (0.8 + 1.6 * near));
    const Rgb mirrored = sky(x + 0.12 * tilt, std::max(0.0, horizon - down * (0.35 + 0.9 * std::abs(tilt))));
    const double path = std::exp(-std::pow((x - sun_x) / (0.03 + 0.30 * down), 2.0)) * smoothstep(0.52, 0.78, steep);
    return mix(palette.at(0.06 + 0.22 * steep), mirrored, 0.55 - 0.38 * near + 0.25 * steep * near) +
           1.6 * path * palette.at(0.95);
  });
  return {std::move(canvas), fmt::format("a low sun over the open sea, in {}", palette.words()), Tone::filmic};
}

}  // namespace

Painted paint_simplex(const Brief& brief) {
  constexpr std::array kScenes = {island, agate, northern_lights, sea};
  Random random(brief.seed);
  return random.pick(kScenes)(brief, random.branch(1));
}

}  // namespace inkstone::procedural
