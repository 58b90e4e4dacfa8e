#include "data/procedural/palette.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/nearest.hpp"
#include "data/procedural/procedural.hpp"
#include "inkstone/error.hpp"

namespace inkstone::procedural {

Palette::Palette(std::string name, std::string words, std::initializer_list<std::uint32_t> stops)
    : name_(std::move(name)), words_(std::move(words)) {
  const std::vector<std::uint32_t> list(stops);
  const double pieces = static_cast<double>(list.size() - 1);
  for (int i = 0; i <= kSteps; ++i) {
    const double place = pieces * i / kSteps;
    const auto first = std::min(static_cast<std::size_t>(place), list.size() - 2);
    table_[i] = blend(from_hex(list[first]), from_hex(list[first + 1]), place - static_cast<double>(first));
  }
}

Rgb Palette::at(double t) const {
  const double place = std::clamp(t, 0.0, 1.0) * kSteps;
  const int i = std::min(static_cast<int>(place), kSteps - 1);
  return mix(table_[i], table_[i + 1], place - i);
}

Rgb Palette::cyclic(double t) const {
  const double phase = 2.0 * (t - std::floor(t));
  const double ramp = phase < 1 ? phase : 2 - phase;
  return at(ramp * ramp * (3 - 2 * ramp));
}

const std::vector<Palette>& palettes() {
  static const std::vector<Palette> list = {
      {"sunset", "violet, red and gold", {0x1a1033, 0x4b1d5e, 0x9c2a5b, 0xe0543f, 0xf9a03f, 0xffe6a7}},
      {"ocean", "navy, teal and foam white", {0x041127, 0x0a2e58, 0x11618c, 0x2a9fb0, 0x8ad9cf, 0xf2fbf3}},
      {"forest", "dark green, moss and pale lime", {0x07140f, 0x12372a, 0x2b6140, 0x6a994e, 0xb5cf74, 0xf4f5d0}},
      {"fire", "black, red and bright yellow", {0x0a0406, 0x4a0a10, 0xa81a12, 0xeb5a13, 0xfdb833, 0xfff6cf}},
      {"ice", "midnight blue and ice white", {0x060b1f, 0x142a5c, 0x2f63a8, 0x6fa8dc, 0xb8dcf2, 0xf8fcff}},
      {"candy", "plum, magenta and peach", {0x240a34, 0x6a1470, 0xc2257f, 0xf25c8a, 0xffa69e, 0xfff0e0}},
      {"aurora", "indigo, emerald and mint", {0x080b24, 0x1b2a5e, 0x1c6e7d, 0x27b58a, 0x8fe8a6, 0xf0ffe4}},
      {"earth", "umber, ochre and cream", {0x1c120c, 0x4d2f1c, 0x8b5a2b, 0xc58f4a, 0xe3c48d, 0xfaf1dc}},
      {"rose", "wine red, rose and blush", {0x1f0a17, 0x571330, 0x9e2a4f, 0xd9627d, 0xf2a7ac, 0xfdeeea}},
      {"gold", "midnight blue, bronze and gold", {0x070a1a, 0x1d2340, 0x5a4636, 0xa67a2f, 0xe3b94b, 0xfff3c4}},
      {"ink", "black ink and paper white", {0x0d0e12, 0x2e3138, 0x63676f, 0x9a9ea3, 0xcfcfca, 0xf7f4ea}},
      {"meadow", "violet, teal and yellow", {0x2a0b4a, 0x433e85, 0x2d708e, 0x29a386, 0x85d04a, 0xfbe75c}},
      {"neon", "black, violet, hot pink and cyan", {0x07060f, 0x2a0f5e, 0x7a1fc2, 0xe83fb0, 0x59c8f0, 0xe6fffb}},
      {"autumn", "dark brown, rust and amber", {0x190d0a, 0x4a1e12, 0x93391a, 0xd0672a, 0xeda64c, 0xfbe9b7}},
      {"lagoon", "deep teal, turquoise and sand", {0x04191f, 0x0b4650, 0x178a8a, 0x5cc4b1, 0xc6e0b4, 0xfdf0d0}},
      {"dusk", "slate blue, mauve and pale orange", {0x12142b, 0x2f3560, 0x6b5b8e, 0xb77f9a, 0xf0b08f, 0xffe8cc}},
      {"copper", "black, verdigris and copper", {0x0a1210, 0x17403d, 0x3f7f74, 0xa58a63, 0xe0a070, 0xffe6cf}},
      {"rainbow", "all colours of the rainbow", {0x3a0f6b, 0x2c4fc9, 0x1a9f9a, 0x57bf4b, 0xf2b632, 0xff8f6b, 0xffd9d0}},
  };
  return list;
}

const Palette& palette_named(const std::string& name) {
  for (const auto& palette : palettes())
    if (palette.name() == name) return palette;
  throw Error(ErrorCategory::bad_argument, fmt::format("there is no palette '{}'{}", name, did_you_mean(name, palette_names())));
}

const Palette& choose_palette(const std::string& name, Random& random, std::initializer_list<const char*> liked) {
  const auto any = random.below(static_cast<int>(palettes().size()));
  if (name != "auto") return palette_named(name);
  if (liked.size() == 0) return palettes()[any];
  return palette_named(random.pick(liked));
}

}  // namespace inkstone::procedural

namespace inkstone {

std::vector<std::string> palette_names() {
  std::vector<std::string> names = {"auto"};
  for (const auto& palette : procedural::palettes()) names.push_back(palette.name());
  return names;
}

}  // namespace inkstone
