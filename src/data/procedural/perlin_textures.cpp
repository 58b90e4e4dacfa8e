#include "data/procedural/perlin_textures.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "data/procedural/drawing.hpp"
#include "data/procedural/noise.hpp"
#include "data/procedural/palette.hpp"

namespace inkstone::procedural {
namespace {

constexpr int kPerlinSamples = 2;

Painted marble(const Brief& brief, Random random) {
  const Palette& palette =
      choose_palette(brief.palette, random, {"ink", "rose", "gold", "lagoon", "earth", "copper", "forest", "ice"});
  const std::uint32_t seed = random.word();
  const double scale = random.uniform(1.6, 3.0), slant = random.angle();
  const bool dark = random.chance(0.35);
  Canvas canvas(brief.width, brief.height, kPerlinSamples);
  canvas.shade([&](double x, double y) {
    const Vec2 p = scale * rotated({x, y}, slant);
    const double wx = p.x + 0.7 * fbm(perlin, p.x, p.y, seed, {.count = 4}),
                 wy = 0.6 * p.y + 0.7 * fbm(perlin, p.x, p.y, seed + 1, {.count = 4});
    const double veins = std::exp(-38 * std::abs(fbm(perlin, wx, wy, seed + 2, {.count = 4})));
    const double fine = 0.55 * std::exp(-60 * std::abs(fbm(perlin, 2.3 * wx, 2.3 * wy, seed + 3, {.count = 3})));
    const double cloud = 0.5 + 0.9 * fbm(perlin, 0.9 * wx, 1.2 * wy, seed + 4, {.count = 3});
    const Rgb stone = palette.at(dark ? 0.05 + 0.3 * cloud : 0.98 - 0.25 * cloud);
    return mix(stone, palette.at(dark ? 0.95 : 0.22), std::min(1.0, veins + fine * clamp01(cloud)));
  });
  return {std::move(canvas), fmt::format("a slab of polished {} marble with {} veins, in {}", dark ? "dark" : "pale",
                                         dark ? "light" : "dark", palette.words())};
}

// Across the grain a board cuts the rings of a trunk; along it they wander slowly.
Rgb board_colour(const Palette& palette, double along, double across, std::uint32_t seed) {
  const double wander = 0.55 * perlin(0.55 * along, 1.3 * across, seed) + 0.12 * perlin(1.7 * along, 4 * across, seed + 1);
  const double depth = 0.8 + 0.5 * perlin(0.4 * along, 0.3, seed + 2);
  const double rings = 7.5 * std::sqrt((across + wander) * (across + wander) + 0.35 * depth * depth);
  const double ring = fraction(rings), late = smoothstep(0.35, 0.92, ring) * (1 - smoothstep(0.93, 1.0, ring));
  const double fibre = perlin(2.5 * along, 90 * across, seed + 3),
               pores = smoothstep(0.45, 0.8, perlin(9 * along, 150 * across, seed + 4));
  return palette.at(0.62 - 0.24 * late + 0.05 * fibre - 0.14 * pores);
}

Painted wood(const Brief& brief, Random random) {
  const Palette& palette = choose_palette(brief.palette, random, {"earth", "autumn", "copper", "earth"});
  const std::uint32_t seed = random.word();
  const int boards = random.between(2, 5);
  const bool upright = random.chance(0.4);
  Canvas canvas(brief.width, brief.height, kPerlinSamples);
  canvas.shade([&](double x, double y) {
    const double across = boards * (upright ? x / brief.aspect() : y), along = 2.2 * (upright ? y : x);
    const int board = static_cast<int>(across);
    const std::uint32_t own = lattice_hash(board, 7, seed);
    const double inside = across - board, edge = std::min(inside, 1 - inside);
    const Rgb grain =
        board_colour(palette, along + (own & 1023U), 1.6 * (inside - 0.5) * 3.0 / boards + (own >> 24) / 200.0 - 0.6, own);
    const double tone = 0.82 + 0.36 * ((own >> 12) & 255U) / 255.0;
    const double groove = smoothstep(0.004 * boards, 0.012 * boards, edge);
    return mix(0.3 * palette.at(0.1), tone * grain, groove);
  });
  vignette(canvas, 0.25);
  return {std::move(canvas),
          fmt::format("{} wooden boards with their grain, in {}", upright ? "upright" : "lying", palette.words())};
}

Painted clouds(const Brief& brief, Random random) {
  const Palette& palette = choose_palette(brief.palette, random, {"ocean", "ice", "dusk", "sunset", "rose", "lagoon"});
  const std::uint32_t seed = random.word();
  const double scale = random.uniform(1.5, 2.8), cover = random.uniform(-0.12, 0.1);
  const Vec2 sun = 0.07 * unit(random.uniform(-2.6, -0.5));
  const auto density = [&](double x, double y) {
    const double wx = scale * x + 0.25 * perlin(3 * x, 3 * y, seed + 9), wy = 1.7 * scale * y;
    return fbm(perlin, wx, wy, seed, {.count = 6, .gain = 0.53}) - cover;
  };
  Canvas canvas(brief.width, brief.height, kPerlinSamples);
  canvas.shade([&](double x, double y) {
    const double here = density(x, y), towards = density(x + sun.x, y + sun.y);
    const double opacity = smoothstep(-0.04, 0.16, here),
                 lit = clamp01(0.62 + 1.5 * (here - towards) - 0.35 * std::max(0.0, here));
    const Rgb sky = palette.at(0.36 + 0.34 * y);
    return mix(sky, blend(palette.at(0.56), palette.at(1.0), lit), opacity);
  });
  return {std::move(canvas), fmt::format("{} clouds in a sky of {}", cover < 0 ? "heavy" : "scattered", palette.words())};
}

Painted smoke(const Brief& brief, Random random) {
  const Palette& palette = choose_palette(brief.palette, random);
  const std::uint32_t seed = random.word();
  const double scale = random.uniform(1.1, 2.0), warp = random.uniform(1.2, 2.4);
  const Octaves octaves = {.count = 4};
  Canvas canvas(brief.width, brief.height, kPerlinSamples);
  canvas.shade([&](double x, double y) {
    const double px = scale * x, py = scale * y;
    const double qx = fbm(perlin, px, py, seed, octaves), qy = fbm(perlin, px + 5.2, py + 1.3, seed, octaves);
    const double rx = fbm(perlin, px + warp * qx, py + warp * qy, seed + 1, octaves),
                 ry = fbm(perlin, px + warp * qx + 8.3, py + warp * qy + 2.8, seed + 1, octaves);
    const double f = fbm(perlin, px + warp * rx, py + warp * ry, seed + 2, octaves);
    const double fold = clamp01(0.5 + 1.25 * f), light = clamp01(1.6 * std::sqrt(rx * rx + ry * ry));
    return mix(palette.at(0.05 + 0.85 * fold), palette.at(0.95), 0.45 * light * light) + 0.1 * std::abs(qy) * palette.at(0.6);
  });
  vignette(canvas, 0.3);
  return {std::move(canvas), fmt::format("folds of coloured smoke, in {}", palette.words())};
}

void flow_line(Canvas& canvas, Vec2 p, std::uint32_t seed, double scale, double width, Rgb colour, int steps) {
  const double step = 0.008;
  for (int i = 0; i < steps; ++i) {
    const double turn = 4.4 * perlin(scale * p.x, scale * p.y, seed);
    const Vec2 next = p + step * unit(turn);
    const double t = (i + 0.5) / steps, thickness = width * std::sin(3.14159 * std::sqrt(t));
    line(canvas, p, next, 0.5 * thickness, colour, 0.92);
    p = next;
  }
}

Painted flow(const Brief& brief, Random random) {
  const Palette& palette = choose_palette(brief.palette, random);
  const std::uint32_t seed = random.word();
  const bool dark = random.chance(0.5);
  const double scale = random.uniform(1.0, 2.2), width = random.uniform(0.004, 0.009);
  Canvas canvas(brief.width, brief.height, kPerlinSamples);
  const Rgb paper = palette.at(dark ? 0.02 : 1.0);
  canvas.shade([&](double, double) { return paper; });
  const int lines = static_cast<int>(620 * brief.aspect());
  for (int i = 0; i < lines; ++i) {
    const Vec2 start = {random.uniform(-0.1, brief.aspect() + 0.1), random.uniform(-0.1, 1.1)};
    const double hue = 0.5 + 0.55 * perlin(1.3 * start.x, 1.3 * start.y, seed + 5) + random.uniform(-0.14, 0.14);
    flow_line(canvas, start, seed, scale, width * random.uniform(0.5, 1.3),
              palette.at(dark ? 0.2 + 0.8 * hue : 0.08 + 0.72 * hue), random.between(14, 45));
  }
  return {std::move(canvas),
          fmt::format("brush lines that follow an invisible wind, in {} on {} paper", palette.words(), dark ? "dark" : "light")};
}

}  // namespace

Painted paint_perlin(const Brief& brief) {
  constexpr std::array kScenes = {marble, wood, clouds, smoke, flow};
  Random random(brief.seed);
  return random.pick(kScenes)(brief, random.branch(1));
}

}  // namespace inkstone::procedural
