#include "data/procedural/sky.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <string_view>

#include <fmt/format.h>

#include "data/procedural/drawing.hpp"
#include "data/procedural/noise.hpp"

namespace inkstone::procedural {
namespace {

// Places in the palette of the zenith and of the horizon.
struct Tones {
  double zenith, horizon;
};
Tones tones_of(Hour hour) {
  switch (hour) {
    case Hour::dawn:
      return {0.52, 0.96};
    case Hour::day:
      return {0.56, 0.90};
    case Hour::dusk:
      return {0.20, 0.80};
    case Hour::night:
      return {0.02, 0.30};
  }
  return {};
}

Rgb clouded(Rgb sky, const Sky& s, double x, double y) {
  const double up = clamp01((s.horizon - y) / s.horizon), stretch = 1 + 3 * (1 - up);
  const double density =
      fbm(perlin, 1.6 * x + 0.2, 2.4 * stretch * y, s.seed, {.count = 5, .gain = 0.55}) + 0.5 * (s.clouds - 0.62);
  const double opacity = smoothstep(0.0, 0.3, density) * (0.85 - 0.35 * up);
  const double glow = std::exp(-2.2 * length(Vec2{x, y} - s.light));
  const Rgb dark = adjusted(s.gradient(y + 0.1), -0.06), lit = s.palette->at(s.hour == Hour::night ? 0.36 : 0.99);
  return mix(sky, mix(dark, lit, clamp01(0.25 + 0.75 * glow - 0.5 * std::max(0.0, density))), opacity);
}

}  // namespace

Rgb Sky::gradient(double y) const {
  const Tones tones = tones_of(hour);
  const double t = clamp01(y / horizon);
  return palette->at(mix(tones.zenith, tones.horizon, t * (0.55 + 0.45 * t)));
}

Rgb Sky::at(double x, double y) const {
  const double off = length(Vec2{x, y} - light), night = hour == Hour::night ? 1 : 0;
  Rgb colour = gradient(y) + (night > 0 ? 0.25 : 0.75) * std::exp(-(night > 0 ? 11 : 6) * off) * palette->at(0.9);
  const double face = 1 - smoothstep(light_size - 0.004, light_size, off);
  const double marks =
      night * 0.22 * clamp01(0.5 + 1.4 * fbm(perlin, 45 * (x - light.x), 45 * (y - light.y), seed + 3, {.count = 3}));
  colour += face * (1 - marks) * (night > 0 ? 1.0 : 3.5) * mix(palette->at(1), {1, 1, 0.96F}, 0.5);
  return clouds <= 0 ? colour : clouded(colour, *this, x, y);
}

double Sky::daylight() const {
  constexpr std::array kLight = {0.85, 1.0, 0.55, 0.16};
  return kLight[static_cast<std::size_t>(hour)];
}

std::string Sky::when() const {
  constexpr std::array kNames = {"at dawn", "by day", "at dusk", "by moonlight"};
  const char* name = kNames[static_cast<std::size_t>(hour)];
  return fmt::format("{} under {} sky", name, with_article(colour_name(gradient(0.55 * horizon))));
}

Sky random_sky(const Palette& palette, double horizon, double aspect, Random& random) {
  Sky sky;
  sky.hour = random.pick(std::array{Hour::dawn, Hour::day, Hour::dusk, Hour::dusk, Hour::night});
  sky.palette = &palette;
  sky.horizon = horizon;
  const double height =
      sky.hour == Hour::day || sky.hour == Hour::night ? random.uniform(0.45, 0.75) : random.uniform(0.12, 0.45);
  sky.light = {aspect * random.uniform(0.15, 0.85), horizon * (1 - height)};
  sky.light_size = random.uniform(0.028, 0.055) * std::min(1.0, aspect);
  sky.clouds = sky.hour == Hour::night ? random.uniform(0.0, 0.4) : random.uniform(0.1, 0.9);
  sky.seed = random.word();
  return sky;
}

void paint_sky(Canvas& canvas, const Sky& sky) {
  canvas.shade([&](double x, double y) { return sky.at(x, y); });
  if (sky.hour == Hour::night) starfield(canvas, sky.seed, 320, 0.7);
}

std::string with_article(const std::string& words) {
  return (std::string_view("aeiou").find(words.front()) == std::string_view::npos ? "a " : "an ") + words;
}

std::string colour_name(Rgb colour) {
  const Lab lab = to_oklab(colour);
  const double chroma = std::hypot(lab.a, lab.b), turn = std::atan2(lab.b, lab.a) * 180 / std::numbers::pi,
               hue = turn < 0 ? turn + 360 : turn;
  const std::string depth = lab.l > 0.82F ? "pale " : lab.l < 0.35F ? "dark " : "";
  if (chroma < 0.025) return depth + "grey";
  struct Name {
    double upto;
    const char* name;
  };
  constexpr std::array kHues = {Name{15, "pink"},    Name{42, "red"},     Name{78, "orange"},
                                Name{112, "yellow"}, Name{165, "green"},  Name{215, "turquoise"},
                                Name{282, "blue"},   Name{325, "violet"}, Name{361, "pink"}};
  return depth + std::find_if(kHues.begin(), kHues.end(), [&](const Name& n) { return hue < n.upto; })->name;
}

}  // namespace inkstone::procedural
