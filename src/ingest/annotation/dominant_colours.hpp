// The few colours that a picture is made of: k-means in CIE L*a*b*, over a histogram, so that the size of the picture does not
// matter.
#pragma once

#include <vector>

#include "image/colour.hpp"
#include "inkstone/image.hpp"

namespace inkstone {

struct DominantColour {
  Colour rgb = {};   // sRGB-encoded
  double share = 0;  // of the opaque pixels
};

// At most `count`, by falling share; colours that the eye takes for one are one, specks are left out. The same picture gives the
// same colours. Empty where nothing is opaque.
std::vector<DominantColour> dominant_colours(const Image& picture, int count);

}  // namespace inkstone
