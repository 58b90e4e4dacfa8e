#include "data/procedural/mountains.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "data/procedural/drawing.hpp"
#include "data/procedural/noise.hpp"
#include "data/procedural/sky.hpp"
#include "data/procedural/terrain.hpp"

namespace inkstone::procedural {
namespace {

struct Land {
  Terrain terrain;
  Vec3 sun;                // unit, towards it; x right, y away, z up
  double snow_line = 0.2;  // height
  double eye = 0.1;        // height of the camera
  double lens = 1.1;       // picture height per unit of height at distance 1
};

Terrain raised(int side, Random& random) {
  const std::uint32_t seed = random.word();
  const double scale = random.uniform(2.0, 3.4), steep = random.uniform(0.20, 0.31);
  return Terrain(side, [=](double x, double y) {
    const double wx = scale * x + 0.15 * perlin(3 * x, 3 * y, seed + 1), wy = scale * y + 0.15 * perlin(3 * x, 3 * y, seed + 2);
    const double valley = smoothstep(0.18, 0.72, y + 0.14 * perlin(2.5 * x, 1.5, seed + 3));
    const double hills = 0.035 * (1 + fbm(perlin, 5 * x, 5 * y, seed + 4, {.count = 4}));
    return hills + steep * valley * ridged(perlin, wx, wy, seed, {.count = 7, .gain = 0.5}) *
                       (1.1 + 0.6 * perlin(1.7 * x, 1.7 * y, seed + 5));
  });
}

Land random_land(const Brief& brief, const Sky& sky, Random& random) {
  const int side = std::clamp(std::min(brief.width, brief.height), 112, 352);
  Land land{.terrain = raised(side, random), .sun = {}};
  land.terrain.erode(side * side / 5, random.branch(1));
  const double across = 1.6 * (sky.light.x / brief.aspect() - 0.5),
               low = sky.hour == Hour::day || sky.hour == Hour::night ? 0.8 : 0.4;
  // not straight from behind the range, which would leave all of it in shade
  land.sun = normalized({across + (across < 0 ? -0.5 : 0.5), -0.25, low});
  land.terrain.cast_shadows({land.sun.x, land.sun.y}, land.sun.z);
  land.snow_line = random.uniform(0.07, 0.22);
  land.eye = random.uniform(0.085, 0.12);
  return land;
}

Rgb ground_colour(const Land& land, const Sky& sky, double x, double y, double height, std::uint32_t seed) {
  const Palette& palette = *sky.palette;
  const Vec3 n = land.terrain.normal(x, y);
  const double rough = fbm(perlin, 70 * x, 70 * y, seed, {.count = 3}),
               facing = std::max(0.0, dot(n, land.sun)) * land.terrain.light(x, y);
  const double snow =
      smoothstep(land.snow_line - 0.02, land.snow_line + 0.05, height + 0.05 * rough) * smoothstep(0.42, 0.66, n.z + 0.1 * rough);
  const double green = smoothstep(0.12, 0.05, height + 0.03 * rough) * smoothstep(0.5, 0.8, n.z);
  const Rgb rock = palette.at(0.24 + 0.10 * rough), wood = palette.at(0.15 + 0.05 * rough);
  const Rgb white = mix(palette.at(0.97), {0.92F, 0.94F, 1.0F}, 0.55);
  const Rgb albedo = mix(mix(rock, wood, green), white, snow);
  const Rgb sunlight = 1.35 * mix({1, 1, 1}, palette.at(0.93), 0.6),
            ambient = 0.30 * mix({1, 1, 1}, sky.gradient(0.2 * sky.horizon), 0.75);
  return sky.daylight() * (albedo * (facing * sunlight + (0.6 + 0.4 * n.z) * ambient));
}

// One column from the front to the back: what rises above all before it shows. Y. Paik's "Comanche", 1992, drew land this way.
void paint_column(Canvas& canvas, const Land& land, const Sky& sky, int column, std::uint32_t seed) {
  const double across = (column + 0.5) / canvas.columns() - 0.5;
  int top = canvas.rows();
  for (double far = 0.06; far < 1 && top > 0; far += 0.0012 + 0.0028 * far) {
    const double x = 0.5 + across * (0.12 + 0.88 * far),
                 height = land.terrain.height(x, far) + 0.0022 * perlin(110 * x, 110 * far, seed);
    const double seen = sky.horizon - (height - land.eye) * land.lens / far;
    const int row = std::max(0, static_cast<int>(seen * canvas.rows()));
    if (row >= top) continue;
    const double clear = std::exp(-1.25 * far * far - 0.1 * far),
                 low = smoothstep(0.16, 0.02, height) * smoothstep(0.25, 0.8, far);
    const Rgb colour = mix(sky.haze(), ground_colour(land, sky, x, far, height, seed), clear * (1 - 0.5 * low));
    for (int y = row; y < top; ++y) canvas.at(column, y) = colour;
    top = row;
  }
}

// Below the shore the picture above it, upside down, broken by ripples.
void mirror_lake(Canvas& canvas, const Sky& sky, double shore, std::uint32_t seed) {
  const int first = static_cast<int>(shore * canvas.rows());
  for_rows(canvas.rows() - first, canvas.columns(), [&](int offset) {
    const int row = first + offset;
    const double down = offset * canvas.sample(), near = down / (1 - shore);
    for (int column = 0; column < canvas.columns(); ++column) {
      const double x = column * canvas.sample(), wave = fbm(perlin, 5 * x, 26 / (0.25 + near) + 3 * down, seed, {.count = 3});
      const int up = std::clamp(static_cast<int>(first - 1 - offset * 1.15 - wave * 0.035 * near * canvas.rows()), 0, first - 1);
      const double calm = 0.78 - 0.28 * near + 0.12 * wave;
      canvas.at(column, row) = calm * canvas.at(column, up) + 0.10 * sky.gradient(0.1) * Rgb{0.8F, 0.9F, 1.0F};
    }
  });
}

// A bank of firs in front, for depth.
void foreground(Canvas& canvas, const Sky& sky, double ground, Random& random) {
  const double aspect = canvas.aspect(), slope = random.uniform(-0.08, 0.08) / aspect;
  const Rgb dark = (0.4 * sky.daylight()) * sky.palette->at(0.07);
  const auto bank = [&](double x) { return ground + slope * (x - 0.5 * aspect); };
  const std::array<Vec2, 4> corners = {Vec2{0, bank(0)}, Vec2{aspect, bank(aspect)}, Vec2{aspect, 1.1}, Vec2{0, 1.1}};
  polygon(canvas, corners, dark);
  for (double x = -0.02; x < aspect + 0.02; x += random.uniform(0.008, 0.03)) {
    const double tall = random.uniform(0.03, 0.10) * (0.6 + 0.8 * clamp01(0.5 + perlin(3 * x, 0.5, 77)));
    for (int tier = 0; tier < 5; ++tier) {
      const double top = bank(x) - tall * (1 - tier / 5.5), reach = 0.035 * tall * (tier + 1.5);
      const std::array<Vec2, 3> fir = {Vec2{x, top}, Vec2{x + reach, top + 0.32 * tall}, Vec2{x - reach, top + 0.32 * tall}};
      polygon(canvas, fir, dark);
    }
  }
}

}  // namespace

Painted paint_mountains(const Brief& brief) {
  Random random(brief.seed);
  const Palette& palette = choose_palette(
      brief.palette, random, {"sunset", "dusk", "ocean", "ice", "rose", "aurora", "lagoon", "autumn", "earth", "candy", "fire"});
  const Sky sky = random_sky(palette, random.uniform(0.56, 0.66), brief.aspect(), random);
  const Land land = random_land(brief, sky, random);
  const std::uint32_t seed = random.word();
  const bool lake = random.chance(0.4), bank = random.chance(lake ? 0.5 : 0.75);
  Canvas canvas(brief.width, brief.height, 2);
  paint_sky(canvas, sky);
  for_rows(canvas.columns(), 4 * canvas.rows(), [&](int column) { paint_column(canvas, land, sky, column, seed); });
  if (lake) mirror_lake(canvas, sky, sky.horizon + random.uniform(0.06, 0.1), seed);
  if (bank) foreground(canvas, sky, random.uniform(0.9, 0.97), random);
  bloom(canvas, 0.95, 0.05, 0.22);
  return {std::move(canvas),
          fmt::format("a mountain range{} {}",
                      lake   ? " mirrored in a lake"
                      : bank ? " behind a fir forest"
                             : "",
                      sky.when()),
          Tone::filmic};
}

}  // namespace inkstone::procedural
