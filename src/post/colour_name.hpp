// Colours as people write them.
#pragma once

#include <string>

#include "post/plane.hpp"

namespace inkstone::post {

// "#rrggbb", "#rgb" or one of white, black, cream, grey, gold, sRGB-encoded. Throws bad_argument.
Rgb parse_colour(const std::string& text);

}  // namespace inkstone::post
