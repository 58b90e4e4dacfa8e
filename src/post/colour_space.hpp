// sRGB and what colour statistics are taken in: linear light and CIE L*a*b* (D65, 2 degree observer).
#pragma once

#include <string>

#include "post/plane.hpp"

namespace inkstone::post {

// IEC 61966-2-1, both ways; [0,1] to [0,1]. Values above 1 and below 0 are continued.
float to_linear(float encoded);
float to_encoded(float linear);
Rgb to_linear(const Rgb& encoded);
Rgb to_encoded(const Rgb& linear);

// L in [0,100], a and b about [-110,110].
Rgb to_lab(const Rgb& encoded);
Rgb from_lab(const Rgb& lab);

// "#rrggbb", "#rgb" or one of white, black, cream, grey, gold. Throws bad_argument.
Rgb parse_colour(const std::string& text);

}  // namespace inkstone::post
