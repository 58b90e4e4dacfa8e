#include "data/procedural/l_system_plants.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include <fmt/format.h>

#include "data/procedural/drawing.hpp"
#include "data/procedural/l_system.hpp"
#include "data/procedural/noise.hpp"
#include "data/procedural/palette.hpp"

namespace inkstone::procedural {
namespace {

struct Species {
  const char* name;
  const char* axiom;
  Rules rules;
  double degrees;
  int generations;
};

// The first four are figure 1.24 c-f of the book, the fifth its stochastic 1.27.
const std::vector<Species>& species() {
  static const std::vector<Species> list = {
      {"bush", "F", {{'F', {"FF-[-F+F+F]+[+F-F-F]"}}}, 22.5, 4},
      {"herb", "X", {{'X', {"F[+X]F[-X]+X"}}, {'F', {"FF"}}}, 20, 6},
      {"fern", "X", {{'X', {"F[+X][-X]FX"}}, {'F', {"FF"}}}, 25.7, 6},
      {"grass", "X", {{'X', {"F-[[X]+X]+F[+FX]-X"}}, {'F', {"FF"}}}, 22.5, 5},
      {"wild flower", "F", {{'F', {"F[+F]F[-F]F", "F[+F]F", "F[-F]F", "F[-F]F[+F]F"}}}, 26, 5},
      {"thistle", "X", {{'X', {"F[++X][-X][+X][--X]FX", "F[+X][-X]FX"}}, {'F', {"FF", "F"}}}, 24, 5},
      {"sapling", "X", {{'X', {"F[+X]F[-X]FX", "FF[-X][+X]X", "F[+X][-X]"}}, {'F', {"FF"}}}, 28, 5},
  };
  return list;
}

struct Colours {
  Rgb stem, leaf, flower;
};

struct Plant {
  std::vector<Stroke> strokes;
  double height = 1, width = 1;  // of its box, in steps
  double middle = 0;             // x of the box's middle
};

Plant grown(const Species& kind, int generations, Random& random) {
  Plant plant;
  plant.strokes = drawn(rewritten(kind.axiom, kind.rules, generations, random, 60'000), kind.degrees * std::numbers::pi / 180,
                        std::numbers::pi / 2, 0.25, random);
  double left = 0, right = 0;
  for (const auto& stroke : plant.strokes) {
    plant.height = std::max(plant.height, stroke.to.y);
    left = std::min(left, stroke.to.x);
    right = std::max(right, stroke.to.x);
  }
  plant.width = std::max(1.0, right - left);
  plant.middle = 0.5 * (left + right);
  return plant;
}

// A pointed oval from `base` along `angle`.
void leaf(Canvas& canvas, Vec2 base, double angle, double size, Rgb colour) {
  std::array<Vec2, 10> outline;
  for (int i = 0; i < 10; ++i) {
    const double t = i < 5 ? i / 5.0 : (10 - i) / 5.0, side = i < 5 ? 1 : -1;
    outline[i] = base + rotated({size * t, side * 0.28 * size * std::sin(std::numbers::pi * t) * (1.2 - 0.5 * t)}, angle);
  }
  polygon(canvas, outline, colour);
}

void flower(Canvas& canvas, Vec2 centre, double size, const Colours& colours, double turn) {
  for (int i = 0; i < 5; ++i) disc(canvas, centre + 0.55 * size * unit(turn + i * 1.2566), 0.42 * size, colours.flower, 0.95);
  disc(canvas, centre, 0.3 * size, adjusted(colours.flower, 0.16, 0.7));
}

// Stands at `root` with the given height.
void draw_plant(Canvas& canvas, const Plant& plant, Vec2 root, double height, const Colours& colours, bool blooming,
                Random random) {
  const double scale = height / plant.height, thick = 0.009 * height;
  const auto placed = [&](Vec2 p) { return root + scale * Vec2{p.x, -p.y}; };
  for (const auto& s : plant.strokes) {
    const double up = s.to.y / plant.height, half = thick * (1.05 - 0.75 * clamp01(up)) / (1 + 0.55 * s.depth);
    line(canvas, placed(s.from), placed(s.to), std::max(half, 0.0006 * height),
         mix(colours.stem, colours.leaf, clamp01(0.25 * s.depth)));
  }
  for (const auto& s : plant.strokes) {
    if (!s.tip) continue;
    const Vec2 direction = placed(s.to) - placed(s.from);
    const double angle = std::atan2(direction.y, direction.x) + random.uniform(-0.5, 0.5), light = random.uniform(-0.06, 0.08);
    if (blooming && random.chance(0.16))
      flower(canvas, placed(s.to), 0.017 * height * random.uniform(0.7, 1.3), colours, random.angle());
    else
      leaf(canvas, placed(s.to), angle, 0.034 * height * random.uniform(0.6, 1.25), adjusted(colours.leaf, light));
  }
}

Colours plate_colours(const Palette& palette, Random& random) {
  return {palette.at(0.12), palette.at(random.uniform(0.34, 0.46)), palette.at(random.uniform(0.6, 0.75))};
}

Painted plate(const Brief& brief, Random random) {
  const Palette& palette =
      choose_palette(brief.palette, random, {"forest", "autumn", "meadow", "lagoon", "rose", "copper", "earth"});
  const Species& kind = random.pick(species());
  const bool blooming = random.chance(0.6), sun = random.chance(0.6);
  Canvas canvas(brief.width, brief.height, brief.samples());
  const double aspect = brief.aspect();
  const std::uint32_t grain = random.word();
  canvas.shade([&](double x, double y) {
    return (0.97 + 0.02 * fbm(perlin, 70 * x, 70 * y, grain, {.count = 2}) - 0.06 * y) * palette.at(0.98);
  });
  if (sun)
    disc(canvas, {aspect * random.uniform(0.38, 0.62), random.uniform(0.34, 0.46)}, random.uniform(0.2, 0.3),
         mix(palette.at(0.98), palette.at(0.76), 0.75));
  const Plant plant = grown(kind, kind.generations, random);
  const double height = std::min(0.82, 0.86 * aspect * plant.height / plant.width), scale = height / plant.height;
  const Vec2 root = {0.5 * aspect - 0.8 * scale * plant.middle, 0.5 + 0.5 * height + 0.02};
  draw_plant(canvas, plant, root, height, plate_colours(palette, random), blooming, random.branch(2));
  return {std::move(canvas),
          fmt::format("a botanical plate of a {}{}, in {}", kind.name, blooming ? " in flower" : "", palette.words())};
}

// One bank of the meadow: a rolling edge with grass, and plants that stand on it.
struct Bank {
  double near = 0;  // 0 far, 1 near
  const Palette* palette = nullptr;
  std::uint32_t seed = 0;

  double edge(double x) const { return 0.80 + 0.16 * near + 0.03 * perlin(1.6 * x + 7 * near, 0.5, seed); }
  Rgb hazed(double tone) const { return mix(palette->at(tone), palette->at(0.9), 0.55 * (1 - near)); }
};

void grass(Canvas& canvas, const Bank& bank, Random random) {
  std::vector<Vec2> outline = {{canvas.aspect(), 1.05}, {0, 1.05}};
  for (int i = 0; i <= 40; ++i) outline.push_back({canvas.aspect() * i / 40, bank.edge(canvas.aspect() * i / 40)});
  polygon(canvas, outline, bank.hazed(0.17));
  const int blades = static_cast<int>(canvas.aspect() * (260 - 90 * bank.near));
  for (int i = 0; i < blades; ++i) {
    const double x = random.uniform(0, canvas.aspect()), tall = mix(0.02, 0.085, bank.near) * random.uniform(0.5, 1.4);
    const Vec2 root = {x, bank.edge(x) + random.uniform(0, 0.05)},
               tip = root + tall * unit(-std::numbers::pi / 2 + 0.3 * random.normal());
    tapered(canvas, root, tip, 0.0011 + 0.0014 * bank.near, 0.0003, bank.hazed(random.uniform(0.08, 0.42)));
  }
}

void plants_on(Canvas& canvas, const Bank& bank, Random random) {
  const int plants = static_cast<int>(std::ceil(canvas.aspect() * (9 - 3 * bank.near)));
  for (int i = 0; i < plants; ++i) {
    const Species& kind = random.pick(species());
    const Plant plant = grown(kind, kind.generations - 1, random);
    const double x = canvas.aspect() * (i + random.uniform(0.1, 0.9)) / plants;
    const Colours colours = {bank.hazed(0.05), bank.hazed(random.uniform(0.16, 0.36)), bank.hazed(random.uniform(0.6, 0.85))};
    draw_plant(canvas, plant, {x, bank.edge(x) + 0.02}, mix(0.16, 0.5, bank.near) * random.uniform(0.65, 1.35), colours, true,
               random.branch(static_cast<std::uint64_t>(i)));
  }
}

Painted meadow(const Brief& brief, Random random) {
  const Palette& palette =
      choose_palette(brief.palette, random, {"forest", "meadow", "sunset", "dusk", "lagoon", "autumn", "rose"});
  Canvas canvas(brief.width, brief.height, brief.samples());
  const Vec2 sun = {canvas.aspect() * random.uniform(0.2, 0.8), random.uniform(0.2, 0.5)};
  canvas.shade([&](double x, double y) { return palette.at(0.62 + 0.3 * y + 0.22 * std::exp(-4 * length(Vec2{x, y} - sun))); });
  disc(canvas, sun, random.uniform(0.07, 0.12), mix(palette.at(1), {1, 1, 1}, 0.35), 0.95);
  constexpr int kBanks = 4;
  const std::uint32_t seed = random.word();
  for (int i = 0; i < kBanks; ++i) {
    const Bank bank{i / (kBanks - 1.0), &palette, seed};
    plants_on(canvas, bank, random.branch(2 * static_cast<std::uint64_t>(i)));
    grass(canvas, bank, random.branch(2 * static_cast<std::uint64_t>(i) + 1));
  }
  return {std::move(canvas), fmt::format("a meadow of wild plants under a low sun, in {}", palette.words())};
}

}  // namespace

Painted paint_plants(const Brief& brief, Random random) {
  return random.chance(0.6) ? plate(brief, random.branch(3)) : meadow(brief, random.branch(4));
}

}  // namespace inkstone::procedural
