#include "data/procedural/worley_textures.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "data/procedural/noise.hpp"
#include "data/procedural/palette.hpp"

namespace inkstone::procedural {
namespace {

constexpr int kWorleySamples = 2;

double unit_hash(std::uint32_t hash) {
  return (hash >> 8) * 0x1p-24;
}

// Height of a rounded stone, and which.
struct Stone {
  double height;
  std::uint32_t id;
};

Stone stone_at(double x, double y, std::uint32_t seed, double jitter) {
  const Cells cells = worley(x + 0.10 * perlin(2 * x, 2 * y, seed + 5), y + 0.10 * perlin(2 * x, 2 * y, seed + 6), seed, jitter);
  const double edge = clamp01(1.9 * (cells.second - cells.nearest));
  return {std::sqrt(1 - (1 - edge) * (1 - edge)) + 0.05 * perlin(7 * x, 7 * y, seed + 2), cells.id};
}

Painted cobbles(const Brief& brief, Random random) {
  const Palette& palette = choose_palette(brief.palette, random, {"ink", "earth", "copper", "dusk", "lagoon", "autumn"});
  const std::uint32_t seed = random.word();
  const double scale = random.uniform(5, 9), jitter = random.uniform(0.55, 0.95);
  const Vec2 light = unit(random.angle());
  Canvas canvas(brief.width, brief.height, kWorleySamples);
  canvas.shade([&](double x, double y) {
    const double px = scale * x, py = scale * y, step = 0.03;
    const Stone here = stone_at(px, py, seed, jitter);
    const double dx = stone_at(px + step, py, seed, jitter).height - here.height,
                 dy = stone_at(px, py + step, seed, jitter).height - here.height;
    const double lit = std::clamp(0.75 + 0.16 * (dx * light.x + dy * light.y) / step, 0.12, 1.5);
    const double grain = 0.06 * perlin(60 * x, 60 * y, seed + 3), tone = 0.34 + 0.38 * unit_hash(here.id);
    const double shadow = smoothstep(0.0, 0.55, here.height);
    return (shadow * lit) * palette.at(tone + grain) + (1 - shadow) * 0.35 * palette.at(0.08);
  });
  vignette(canvas, 0.2);
  return {std::move(canvas), fmt::format("rounded cobblestones in slanting light, in {}", palette.words())};
}

Painted stained_glass(const Brief& brief, Random random) {
  const Palette& palette =
      choose_palette(brief.palette, random, {"rainbow", "candy", "meadow", "neon", "sunset", "ocean", "aurora"});
  const std::uint32_t seed = random.word();
  const double scale = random.uniform(4, 8);
  const Vec2 sun = {brief.aspect() * random.uniform(0.2, 0.8), random.uniform(0.1, 0.6)};
  Canvas canvas(brief.width, brief.height, kWorleySamples);
  canvas.shade([&](double x, double y) {
    const Cells cells = worley(scale * x, scale * y, seed, 0.9);
    const double lead = smoothstep(0.05, 0.085, cells.second - cells.nearest);
    const double ripple = 0.07 * fbm(perlin, 14 * x, 5 * y, cells.id, {.count = 3}), off = length(Vec2{x, y} - sun);
    const double light = 0.55 + 1.0 * std::exp(-2.6 * off * off);
    const Rgb glass = palette.at(0.22 + 0.72 * unit_hash(cells.id) + ripple);
    return mix(0.12 * palette.at(0.02), light * glass, lead);
  });
  bloom(canvas, 0.75, 0.05, 0.35);
  return {std::move(canvas), fmt::format("a stained glass window with the sun behind it, in {}", palette.words()), Tone::plain};
}

Painted dried_mud(const Brief& brief, Random random) {
  const Palette& palette = choose_palette(brief.palette, random, {"earth", "autumn", "copper", "ink", "dusk"});
  const std::uint32_t seed = random.word();
  const double scale = random.uniform(3.5, 6.5);
  const auto height = [&](double x, double y) {
    const double wx = x + 0.16 * fbm(perlin, 1.5 * x, 1.5 * y, seed + 1, {.count = 4}),
                 wy = y + 0.16 * fbm(perlin, 1.5 * x, 1.5 * y, seed + 2, {.count = 4});
    const Cells large = worley(wx, wy, seed, 1.0), small = worley(2.7 * wx, 2.7 * wy, seed + 3, 1.0);
    const double crack = std::min(smoothstep(0.03, 0.12, large.second - large.nearest),
                                  0.55 + 0.45 * smoothstep(0.01, 0.07, small.second - small.nearest));
    return crack + 0.14 * fbm(perlin, 6 * x, 6 * y, seed + 4, {.count = 3}) - 0.12 * large.nearest;
  };
  Canvas canvas(brief.width, brief.height, kWorleySamples);
  canvas.shade([&](double x, double y) {
    const double px = scale * x, py = scale * y, step = 0.02, h = height(px, py);
    const double lit = std::clamp(0.9 - 0.055 * (height(px + step, py) - h + height(px, py + step) - h) / step, 0.3, 1.5);
    return lit * palette.at(0.04 + 0.68 * clamp01(h));
  });
  vignette(canvas, 0.2);
  return {std::move(canvas), fmt::format("cracked dry earth seen from above, in {}", palette.words())};
}

Painted pool(const Brief& brief, Random random) {
  const Palette& palette = choose_palette(brief.palette, random, {"ocean", "lagoon", "ice", "aurora", "neon"});
  const std::uint32_t seed = random.word();
  const double scale = random.uniform(3.5, 6);
  const auto web = [&](double x, double y, std::uint32_t s) {
    const double wx = x + 0.35 * perlin(0.8 * x, 0.8 * y, s + 1), wy = y + 0.35 * perlin(0.8 * x, 0.8 * y, s + 2);
    const Cells cells = worley(wx, wy, s, 1.0);
    return std::exp(-5.5 * (cells.second - cells.nearest));
  };
  Canvas canvas(brief.width, brief.height, kWorleySamples);
  canvas.shade([&](double x, double y) {
    const double light = web(scale * x, scale * y, seed) * web(0.8 * scale * x + 3, 0.8 * scale * y, seed + 8) +
                         0.35 * web(1.5 * scale * x, 1.5 * scale * y, seed + 16);
    const double depth = 0.38 + 0.22 * perlin(1.2 * x, 1.2 * y, seed + 30) - 0.14 * y;
    return palette.at(depth + 0.22 * light) + 0.85 * light * light * palette.at(0.95);
  });
  return {std::move(canvas), fmt::format("sunlight dancing on the floor of a pool, in {}", palette.words()), Tone::plain};
}

Painted hide(const Brief& brief, Random random) {
  const Palette& palette = choose_palette(brief.palette, random);
  const std::uint32_t seed = random.word();
  const double scale = random.uniform(4.5, 8);
  Canvas canvas(brief.width, brief.height, kWorleySamples);
  canvas.shade([&](double x, double y) {
    const double px = scale * x, py = scale * y, warp = 0.14;
    const Cells cells =
        worley(px + warp * perlin(1.3 * px, 1.3 * py, seed + 1), py + warp * perlin(1.3 * px, 1.3 * py, seed + 2), seed, 0.85);
    const double patch = smoothstep(0.10, 0.17, cells.second - cells.nearest),
                 fur = 0.05 * fbm(perlin, 30 * px, 6 * py, seed + 3, {.count = 3});
    const double tone = 0.26 + 0.20 * unit_hash(cells.id) + 0.22 * cells.nearest;
    return mix(palette.at(0.93 + fur), palette.at(tone + fur), patch);
  });
  return {std::move(canvas), fmt::format("a patchwork like the coat of a giraffe, in {}", palette.words())};
}

}  // namespace

Painted paint_worley(const Brief& brief) {
  constexpr std::array kScenes = {cobbles, stained_glass, dried_mud, pool, hide};
  Random random(brief.seed);
  return random.pick(kScenes)(brief, random.branch(1));
}

}  // namespace inkstone::procedural
