// The sky over the scenes, and the hour that it stands for: dawn, day, dusk or night, with sun or moon, clouds and stars.
#pragma once

#include <string>

#include "data/procedural/canvas.hpp"
#include "data/procedural/palette.hpp"

namespace inkstone::procedural {

enum class Hour { dawn, day, dusk, night };

struct Sky {
  Hour hour = Hour::day;
  const Palette* palette = nullptr;
  Vec2 light;  // sun or moon, in canvas units
  double light_size = 0.03;
  double horizon = 0.6;  // y
  double clouds = 0.5;   // 0 clear, 1 overcast
  std::uint32_t seed = 0;

  Rgb gradient(double y) const;      // without sun and clouds
  Rgb at(double x, double y) const;  // all but stars
  Rgb haze() const { return gradient(horizon); }
  double daylight() const;   // how much land is lit: 1 by day
  std::string when() const;  // "at dusk under a red sky"
};

// Hour, light and clouds by chance; the light stands over the horizon within the picture.
Sky random_sky(const Palette& palette, double horizon, double aspect, Random& random);

// Sky over the whole canvas, with stars at night.
void paint_sky(Canvas& canvas, const Sky& sky);

// "red", "pale blue", "dark grey", ...
std::string colour_name(Rgb colour);

// "a red", "an orange". words must not be empty.
std::string with_article(const std::string& words);

}  // namespace inkstone::procedural
