#include "ingest/annotation/colour_names.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include <fmt/format.h>

namespace inkstone {
namespace {

struct Named {
  const char* name;
  unsigned rgb;
};

// The colour names of CSS (W3C, CSS Color Module Level 4), out of X11, their words apart.
// clang-format off
constexpr std::array<Named, 166> kColours = {{
    {"alice blue", 0xf0f8ff}, {"antique white", 0xfaebd7}, {"aquamarine", 0x7fffd4}, {"azure", 0xf0ffff}, {"beige", 0xf5f5dc},
    {"bisque", 0xffe4c4}, {"black", 0x000000}, {"blanched almond", 0xffebcd}, {"blue", 0x0000ff}, {"blue violet", 0x8a2be2},
    {"brown", 0xa52a2a}, {"burlywood", 0xdeb887}, {"cadet blue", 0x5f9ea0}, {"chartreuse", 0x7fff00}, {"chocolate", 0xd2691e},
    {"coral", 0xff7f50}, {"cornflower blue", 0x6495ed}, {"cornsilk", 0xfff8dc}, {"crimson", 0xdc143c}, {"cyan", 0x00ffff},
    {"dark blue", 0x00008b}, {"dark cyan", 0x008b8b}, {"dark goldenrod", 0xb8860b}, {"dark grey", 0xa9a9a9},
    {"dark green", 0x006400}, {"dark khaki", 0xbdb76b}, {"dark magenta", 0x8b008b}, {"dark olive green", 0x556b2f},
    {"dark orange", 0xff8c00}, {"dark orchid", 0x9932cc}, {"dark red", 0x8b0000}, {"dark salmon", 0xe9967a},
    {"dark sea green", 0x8fbc8f}, {"dark slate blue", 0x483d8b}, {"dark slate grey", 0x2f4f4f}, {"dark turquoise", 0x00ced1},
    {"dark violet", 0x9400d3}, {"deep pink", 0xff1493}, {"deep sky blue", 0x00bfff}, {"dim grey", 0x696969},
    {"dodger blue", 0x1e90ff}, {"firebrick", 0xb22222}, {"floral white", 0xfffaf0}, {"forest green", 0x228b22},
    {"gainsboro", 0xdcdcdc}, {"ghost white", 0xf8f8ff}, {"gold", 0xffd700}, {"goldenrod", 0xdaa520}, {"grey", 0x808080},
    {"green", 0x008000}, {"green yellow", 0xadff2f}, {"honeydew", 0xf0fff0}, {"hot pink", 0xff69b4}, {"indian red", 0xcd5c5c},
    {"indigo", 0x4b0082}, {"ivory", 0xfffff0}, {"khaki", 0xf0e68c}, {"lavender", 0xe6e6fa}, {"lavender blush", 0xfff0f5},
    {"lawn green", 0x7cfc00}, {"lemon chiffon", 0xfffacd}, {"light blue", 0xadd8e6}, {"light coral", 0xf08080},
    {"light cyan", 0xe0ffff}, {"light goldenrod yellow", 0xfafad2}, {"light grey", 0xd3d3d3}, {"light green", 0x90ee90},
    {"light pink", 0xffb6c1}, {"light salmon", 0xffa07a}, {"light sea green", 0x20b2aa}, {"light sky blue", 0x87cefa},
    {"light slate grey", 0x778899}, {"light steel blue", 0xb0c4de}, {"light yellow", 0xffffe0}, {"lime", 0x00ff00},
    {"lime green", 0x32cd32}, {"linen", 0xfaf0e6}, {"magenta", 0xff00ff}, {"maroon", 0x800000}, {"medium aquamarine", 0x66cdaa},
    {"medium blue", 0x0000cd}, {"medium orchid", 0xba55d3}, {"medium purple", 0x9370db}, {"medium sea green", 0x3cb371},
    {"medium slate blue", 0x7b68ee}, {"medium spring green", 0x00fa9a}, {"medium turquoise", 0x48d1cc},
    {"medium violet red", 0xc71585}, {"midnight blue", 0x191970}, {"mint cream", 0xf5fffa}, {"misty rose", 0xffe4e1},
    {"moccasin", 0xffe4b5}, {"navajo white", 0xffdead}, {"navy", 0x000080}, {"old lace", 0xfdf5e6}, {"olive", 0x808000},
    {"olive drab", 0x6b8e23}, {"orange", 0xffa500}, {"orange red", 0xff4500}, {"orchid", 0xda70d6},
    {"pale goldenrod", 0xeee8aa}, {"pale green", 0x98fb98}, {"pale turquoise", 0xafeeee}, {"pale violet red", 0xdb7093},
    {"papaya whip", 0xffefd5}, {"peach puff", 0xffdab9}, {"peru", 0xcd853f}, {"pink", 0xffc0cb}, {"plum", 0xdda0dd},
    {"powder blue", 0xb0e0e6}, {"purple", 0x800080}, {"red", 0xff0000}, {"rosy brown", 0xbc8f8f}, {"royal blue", 0x4169e1},
    {"saddle brown", 0x8b4513}, {"salmon", 0xfa8072}, {"sandy brown", 0xf4a460}, {"sea green", 0x2e8b57},
    {"seashell", 0xfff5ee}, {"sienna", 0xa0522d}, {"silver", 0xc0c0c0}, {"sky blue", 0x87ceeb}, {"slate blue", 0x6a5acd},
    {"slate grey", 0x708090}, {"snow", 0xfffafa}, {"spring green", 0x00ff7f}, {"steel blue", 0x4682b4}, {"tan", 0xd2b48c},
    {"teal", 0x008080}, {"thistle", 0xd8bfd8}, {"tomato", 0xff6347}, {"turquoise", 0x40e0d0}, {"violet", 0xee82ee},
    {"wheat", 0xf5deb3}, {"white", 0xffffff}, {"white smoke", 0xf5f5f5}, {"yellow", 0xffff00}, {"yellow green", 0x9acd32},
    // Painters' words for the dark, broken colours that CSS has none for.
    {"dark brown", 0x3b2a1c}, {"brown earth", 0x5b4430}, {"umber", 0x6b5238}, {"taupe", 0x85735f}, {"warm grey", 0x8c8279},
    {"stone", 0xa59a86}, {"sand", 0xc2b280}, {"ochre", 0xcc7722}, {"mustard", 0xc99a2e}, {"rust", 0xa0401b},
    {"terracotta", 0xc86b4a}, {"wine", 0x58111a}, {"dusty pink", 0xc9a3a0}, {"mauve", 0x997a8d}, {"aubergine", 0x3b1f36},
    {"charcoal", 0x33383c}, {"storm grey", 0x5c6670}, {"dove grey", 0x9a9c9f}, {"blue grey", 0x74879a}, {"ink blue", 0x14213d},
    {"petrol", 0x0b4f5c}, {"dark teal", 0x1d3b3c}, {"bottle green", 0x0f3d2e}, {"moss", 0x5b6236}, {"dark olive", 0x3a3c20},
    {"sage", 0x9caf88}, {"jade", 0x3f9b74}, {"leaf green", 0x4c8c2b},
}};
// clang-format on

Colour colour_of(unsigned rgb) {
  return {float(rgb >> 16 & 255) / 255, float(rgb >> 8 & 255) / 255, float(rgb & 255) / 255};
}

}  // namespace

std::string colour_name(const Colour& rgb) {
  const auto lab = rgb_to_lab(rgb);
  const char* best = "";
  float least = std::numeric_limits<float>::max();
  for (const auto& named : kColours) {
    const auto other = rgb_to_lab(colour_of(named.rgb));
    float distance = 0;
    for (int c = 0; c < 3; ++c) distance += (lab[c] - other[c]) * (lab[c] - other[c]);
    if (distance >= least) continue;
    least = distance;
    best = named.name;
  }
  return best;
}

std::string hex_text(const Colour& rgb) {
  const auto byte = [](float v) { return int(std::clamp(v, 0.0f, 1.0f) * 255 + 0.5f); };
  return fmt::format("#{:02x}{:02x}{:02x}", byte(rgb[0]), byte(rgb[1]), byte(rgb[2]));
}

}  // namespace inkstone
