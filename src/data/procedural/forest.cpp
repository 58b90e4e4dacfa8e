#include "data/procedural/forest.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "data/procedural/drawing.hpp"
#include "data/procedural/noise.hpp"
#include "data/procedural/sky.hpp"
#include "data/procedural/trees.hpp"

namespace inkstone::procedural {
namespace {

struct Wood {
  const char* name;
  std::array<TreeKind, 3> kinds;  // one of them for each tree
};

constexpr std::array kWoods = {
    Wood{"fir forest", {TreeKind::fir, TreeKind::fir, TreeKind::fir}},
    Wood{"broadleaf forest", {TreeKind::broadleaf, TreeKind::broadleaf, TreeKind::broadleaf}},
    Wood{"birch grove", {TreeKind::birch, TreeKind::birch, TreeKind::birch}},
    Wood{"mixed forest", {TreeKind::fir, TreeKind::broadleaf, TreeKind::birch}},
    Wood{"bare winter forest", {TreeKind::bare, TreeKind::bare, TreeKind::fir}},
    Wood{"cypress grove", {TreeKind::cypress, TreeKind::cypress, TreeKind::broadleaf}},
};

struct Layer {
  double near = 0;  // 0 the farthest, 1 the nearest
  double ground = 0.8;
  std::uint32_t seed = 0;

  double bank(double x) const { return ground + (0.02 + 0.03 * near) * perlin(1.3 * x + 5 * near, 0.5, seed); }
};

// Air between the eye and the layer.
Rgb through_mist(Rgb colour, const Sky& sky, double near) {
  return mix(sky.haze(), colour, 0.16 + 0.84 * std::pow(near, 1.3));
}

TreeColours colours_of(const Sky& sky, double near, Random& random) {
  const Palette& palette = *sky.palette;
  const double light = (0.35 + 0.65 * sky.daylight()), tone = random.uniform(-0.05, 0.06);
  const auto seen = [&](Rgb c) { return through_mist(light * c, sky, near); };
  return {seen(palette.at(0.06)), seen(palette.at(0.18 + tone)), seen(palette.at(0.46 + tone)), 1.0};
}

void paint_ground(Canvas& canvas, const Layer& layer, const Sky& sky) {
  std::vector<Vec2> outline;
  for (int i = 0; i <= 48; ++i) {
    const double x = canvas.aspect() * i / 48;
    outline.push_back({x, layer.bank(x)});
  }
  outline.push_back({canvas.aspect(), 1.05});
  outline.push_back({0, 1.05});
  const Palette& palette = *sky.palette;
  const double light = 0.35 + 0.65 * sky.daylight();
  polygon(canvas, outline, [&](double x, double y) {
    const double grass = 0.05 * fbm(perlin, 30 * x, 90 * y, layer.seed, {.count = 3}), below = y - layer.bank(x);
    const Rgb turf = light * palette.at(0.24 + grass - 0.35 * below);
    return mix(through_mist(turf, sky, layer.near), sky.haze(), 0.25 * std::exp(-26 * below) * (1 - layer.near));
  });
}

void plant(Canvas& canvas, const Layer& layer, const Wood& wood, const Sky& sky, Random random) {
  const double size = mix(0.16, 0.62, std::pow(layer.near, 1.4)), gap = size * random.uniform(0.16, 0.3) + 0.012;
  for (double x = -0.05; x < canvas.aspect() + 0.05; x += gap * random.uniform(0.4, 1.9)) {
    TreeColours colours = colours_of(sky, layer.near, random);
    colours.light_side = sky.light.x > x ? 1 : -1;
    const double y = layer.bank(x) + 0.012 * random.uniform(0.3, 1.3);
    draw_tree(canvas, random.pick(wood.kinds), {x, y}, size * random.uniform(0.7, 1.25), colours, random.branch(random.bits()));
  }
}

void tufts(Canvas& canvas, const Sky& sky, Random random) {
  const double light = 0.35 + 0.65 * sky.daylight();
  const int blades = static_cast<int>(260 * canvas.aspect());
  for (int i = 0; i < blades; ++i) {
    const Vec2 root = {random.uniform(0, canvas.aspect()), random.uniform(0.95, 1.03)};
    const Vec2 tip = root + random.uniform(0.02, 0.07) * unit(-1.57 + 0.35 * random.normal());
    tapered(canvas, root, tip, 0.0022, 0.0004, light * sky.palette->at(random.uniform(0.03, 0.36)));
  }
}

// Slanting light through the trees, from the sun.
void rays(Canvas& canvas, const Sky& sky, std::uint32_t seed) {
  canvas.reshade([&](double x, double y, Rgb colour) {
    const Vec2 d = Vec2{x, y} - sky.light;
    const double turn = std::atan2(d.x, d.y),
                 beam = smoothstep(-0.1, 0.7, perlin(9 * turn, 0.5, seed) + 0.5 * perlin(23 * turn, 1.5, seed));
    return colour + 0.13 * beam * std::exp(-1.5 * length(d)) * sky.palette->at(0.92);
  });
}

}  // namespace

Painted paint_forest(const Brief& brief) {
  Random random(brief.seed);
  const Palette& palette =
      choose_palette(brief.palette, random,
                     {"forest", "autumn", "dusk", "aurora", "lagoon", "sunset", "meadow", "ice", "rose", "copper", "gold"});
  const Wood& wood = random.pick(kWoods);
  Sky sky = random_sky(palette, random.uniform(0.6, 0.72), brief.aspect(), random);
  sky.clouds *= 0.6;
  Canvas canvas(brief.width, brief.height, 2);
  paint_sky(canvas, sky);
  const int layers = random.between(4, 5);
  const std::uint32_t seed = random.word();
  for (int i = 0; i < layers; ++i) {
    const Layer layer{static_cast<double>(i) / (layers - 1),
                      mix(sky.horizon - 0.02, 0.95, std::pow(static_cast<double>(i) / (layers - 1), 1.5)),
                      seed + static_cast<std::uint32_t>(i)};
    paint_ground(canvas, layer, sky);
    // of the nearest trees only a few, so that one sees into the wood
    if (i + 1 < layers || random.chance(0.7)) plant(canvas, layer, wood, sky, random.branch(static_cast<std::uint64_t>(i)));
  }
  tufts(canvas, sky, random.branch(100));
  const bool sunny = sky.hour != Hour::night && random.chance(0.6);
  if (sunny) rays(canvas, sky, seed);
  bloom(canvas, 0.95, 0.05, 0.22);
  return {std::move(canvas), fmt::format("a {} {}{}", wood.name, sky.when(), sunny ? ", with rays of light" : ""), Tone::filmic};
}

}  // namespace inkstone::procedural
