#include "data/procedural/city.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "data/procedural/drawing.hpp"
#include "data/procedural/noise.hpp"
#include "data/procedural/sky.hpp"

namespace inkstone::procedural {
namespace {

enum class Roof { flat, setback, spire, slanted, dome, tank };

struct Tower {
  double left, width, top, ground;
  Roof roof;
  Rgb wall;          // of the lit side
  Rgb lamp;          // colour of its lit windows
  double lit_share;  // of the windows
  double cell;       // width of a window with its frame
  double near;       // 0 far, 1 near
};

struct Town {
  const Sky* sky;
  double lamps;  // brightness of windows
  double light_side;

  Rgb hazed(Rgb colour, double near) const { return mix(sky->haze(), colour, 0.28 + 0.72 * near); }
};

// One side in the light and one in the shade.
void walls(Canvas& canvas, const Town& town, Vec2 corner, Vec2 size, Rgb wall) {
  const double split = town.light_side > 0 ? 0.3 : 0.7;
  rectangle(canvas, corner, {size.x, size.y}, wall);
  const Rgb shade = 0.62 * wall;
  if (town.light_side > 0)
    rectangle(canvas, corner, {split * size.x, size.y}, shade);
  else
    rectangle(canvas, corner + Vec2{split * size.x, 0}, {(1 - split) * size.x, size.y}, shade);
}

void windows(Canvas& canvas, const Town& town, const Tower& t, Vec2 corner, Vec2 size, std::uint32_t seed) {
  const int columns = static_cast<int>((size.x - 0.4 * t.cell) / t.cell),
            rows = static_cast<int>((size.y - 0.6 * t.cell) / (1.35 * t.cell));
  if (columns < 1 || t.cell * canvas.rows() < 1.6) return;
  const double margin = 0.5 * (size.x - columns * t.cell);
  for (int j = 0; j < rows; ++j)
    for (int i = 0; i < columns; ++i) {
      const std::uint32_t hash = lattice_hash(i, j, seed);
      const double floor_on = (lattice_hash(j, 3, seed) & 255U) < 40 ? 0.45 : 0, chance = (hash & 0xffffU) / 65536.0;
      const bool on = chance < t.lit_share + floor_on * town.lamps;
      const Rgb glass = town.hazed(0.55 * town.sky->gradient(0.3) + 0.2 * t.wall, t.near);
      const double power = town.lamps * (0.55 + 0.9 * (hash >> 24) / 255.0);
      const Rgb colour = on ? mix(glass, t.lamp, clamp01(power)) + std::max(0.0, power - 0.6) * t.lamp : glass;
      rectangle(canvas, corner + Vec2{margin + (i + 0.2) * t.cell, (0.6 + 1.35 * j) * t.cell}, {0.6 * t.cell, 0.8 * t.cell},
                colour, on ? 1.0 : 0.75);
    }
}

void block(Canvas& canvas, const Town& town, const Tower& t, double left, double width, double top, double bottom,
           std::uint32_t seed) {
  walls(canvas, town, {left, top}, {width, bottom - top}, town.hazed(t.wall, t.near));
  windows(canvas, town, t, {left, top}, {width, bottom - top}, seed);
}

void roof(Canvas& canvas, const Town& town, const Tower& t, std::uint32_t seed) {
  const Rgb colour = town.hazed(0.8 * t.wall, t.near);
  const double middle = t.left + 0.5 * t.width, w = t.width;
  if (t.roof == Roof::setback) {
    block(canvas, town, t, t.left + 0.16 * w, 0.68 * w, t.top - 0.55 * w, t.top, seed + 1);
    block(canvas, town, t, t.left + 0.32 * w, 0.36 * w, t.top - 0.95 * w, t.top - 0.55 * w, seed + 2);
    line(canvas, {middle, t.top - 1.7 * w}, {middle, t.top - 0.9 * w}, 0.015 * w, colour);
  } else if (t.roof == Roof::spire) {
    const std::array<Vec2, 3> spire = {Vec2{t.left + 0.1 * w, t.top}, Vec2{middle, t.top - 1.3 * w},
                                       Vec2{t.left + 0.9 * w, t.top}};
    polygon(canvas, spire, colour);
    line(canvas, {middle, t.top - 1.8 * w}, {middle, t.top - 1.2 * w}, 0.012 * w, colour);
  } else if (t.roof == Roof::slanted) {
    const std::array<Vec2, 3> wedge = {Vec2{t.left, t.top + 0.001}, Vec2{t.left + w, t.top + 0.001},
                                       Vec2{t.left + (seed & 1U ? w : 0), t.top - 0.5 * w}};
    polygon(canvas, wedge, colour);
  } else if (t.roof == Roof::dome) {
    disc(canvas, {middle, t.top}, 0.42 * w, colour);
    line(canvas, {middle, t.top - 0.8 * w}, {middle, t.top - 0.3 * w}, 0.015 * w, colour);
  } else if (t.roof == Roof::tank) {
    rectangle(canvas, {t.left + 0.55 * w, t.top - 0.2 * w}, {0.26 * w, 0.2 * w}, colour);
    line(canvas, {t.left + 0.25 * w, t.top - 0.5 * w}, {t.left + 0.25 * w, t.top}, 0.01 * w, colour);
  }
}

Tower random_tower(const Town& town, double left, double near, double ground, double skyline, Random& random) {
  const Palette& palette = *town.sky->palette;
  Tower t{};
  t.left = left;
  t.width = mix(0.045, 0.085, near) * random.uniform(0.7, 1.5);
  t.ground = ground;
  t.top = ground - skyline * random.uniform(0.45, 1.05) * (random.chance(0.12) ? 1.35 : 1.0);
  t.roof = random.pick(
      std::array{Roof::flat, Roof::flat, Roof::setback, Roof::spire, Roof::slanted, Roof::dome, Roof::tank, Roof::tank});
  t.wall = (0.25 + 0.75 * town.sky->daylight()) * palette.at(mix(0.34, 0.16, near) + random.uniform(-0.05, 0.10));
  t.lamp = mix(palette.at(0.88), {1.0F, 0.72F, 0.34F}, random.uniform(0.35, 0.8));
  t.lit_share = town.lamps * random.uniform(0.15, 0.6);
  t.cell = mix(0.0085, 0.0135, near) * random.uniform(0.85, 1.3);
  t.near = near;
  return t;
}

void row_of_towers(Canvas& canvas, const Town& town, double near, double ground, double skyline, Random random) {
  const std::uint32_t shape = random.word();
  for (double x = -0.08; x < canvas.aspect() + 0.02;) {
    // a high quarter somewhere and low houses elsewhere
    const double rise = clamp01(0.62 + 0.75 * perlin(2.1 * x, 0.5, shape));
    const Tower t = random_tower(town, x, near, ground, skyline * rise, random);
    const std::uint32_t seed = random.word();
    block(canvas, town, t, t.left, t.width, t.top, t.ground, seed);
    roof(canvas, town, t, seed);
    x += t.width * random.uniform(0.75, 1.25);
  }
}

void haze_band(Canvas& canvas, const Sky& sky, double ground, double strength) {
  canvas.reshade([&](double, double y, Rgb colour) {
    return mix(colour, sky.haze(), strength * std::exp(-std::pow((y - ground) / 0.16, 2.0)));
  });
}

void reflect(Canvas& canvas, const Sky& sky, double shore, std::uint32_t seed) {
  const int first = static_cast<int>(shore * canvas.rows());
  for_rows(canvas.rows() - first, canvas.columns(), [&](int offset) {
    const double down = offset * canvas.sample(), near = down / (1 - shore);
    for (int column = 0; column < canvas.columns(); ++column) {
      const double x = column * canvas.sample(), wave = fbm(perlin, 7 * x, 20 * std::log(0.02 + down), seed, {.count = 3});
      const int up =
          std::clamp(static_cast<int>(first - 1 - 1.6 * offset - 0.05 * wave * (0.3 + near) * canvas.rows()), 0, first - 1);
      canvas.at(column, first + offset) = (0.72 - 0.22 * near + 0.12 * wave) * canvas.at(column, up) + 0.05 * sky.gradient(0.1);
    }
  });
}

}  // namespace

Painted paint_city(const Brief& brief) {
  Random random(brief.seed);
  const Palette& palette = choose_palette(
      brief.palette, random, {"dusk", "neon", "sunset", "ocean", "rose", "gold", "ice", "candy", "lagoon", "copper", "aurora"});
  const bool water = random.chance(0.5);
  const double ground = water ? random.uniform(0.7, 0.8) : 1.0;
  Sky sky = random_sky(palette, water ? ground : 0.9, brief.aspect(), random);
  const Town town{&sky,
                  sky.hour == Hour::night  ? 1.0
                  : sky.hour == Hour::dusk ? 0.85
                  : sky.hour == Hour::dawn ? 0.35
                                           : 0.0,
                  sky.light.x > 0.5 * brief.aspect() ? 1.0 : -1.0};
  Canvas canvas(brief.width, brief.height, brief.samples());
  paint_sky(canvas, sky);
  constexpr int kRows = 4;
  for (int i = 0; i < kRows; ++i) {
    const double near = i / (kRows - 1.0), skyline = (ground - 0.12) * mix(0.78, 0.46, near) * random.uniform(0.85, 1.05);
    row_of_towers(canvas, town, near, ground, skyline, random.branch(static_cast<std::uint64_t>(i)));
    if (i + 1 < kRows) haze_band(canvas, sky, ground, 0.30);
  }
  if (water) reflect(canvas, sky, ground, random.word());
  bloom(canvas, 0.75, 0.03, 0.10 + 0.25 * town.lamps);
  return {std::move(canvas),
          fmt::format("a city skyline{} {}{}", water ? " over the water" : "", sky.when(),
                      town.lamps > 0.5 ? ", with lit windows" : ""),
          Tone::filmic};
}

}  // namespace inkstone::procedural
