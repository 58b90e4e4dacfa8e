// What a colour is called: the nearest of CSS's names by distance in CIE L*a*b*.
#pragma once

#include <string>

#include "image/colour.hpp"

namespace inkstone {

// rgb sRGB-encoded in [0,1]: "dark olive green".
std::string colour_name(const Colour& rgb);

// "#rrggbb"
std::string hex_text(const Colour& rgb);

}  // namespace inkstone
