// Colours of any profile to sRGB through libvips and Little CMS. Private to the image layer.
#pragma once

#include "image/libvips.hpp"

namespace inkstone {

// picture without alpha, 8 or 16 bits, grey, RGB or CMYK -> sRGB of the same depth (16 bits where colours move).
// A picture whose profile is sRGB keeps its exact values; a profile that cannot be used counts as absent, as in
// browsers. CMYK without a profile is read as the press profile that comes with libvips.
vips::VImage to_srgb(const vips::VImage& picture);

}  // namespace inkstone
