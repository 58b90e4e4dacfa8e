// What a colour is called: the nearest by distance in CIE L*a*b* of CSS's names and some of painters', for the dark and broken
// colours.
#pragma once

#include <string>

#include "image/colour.hpp"

namespace inkstone {

// rgb sRGB-encoded in [0,1]: "dark olive green".
std::string colour_name(const Colour& rgb);

// "#rrggbb"
std::string hex_text(const Colour& rgb);

}  // namespace inkstone
