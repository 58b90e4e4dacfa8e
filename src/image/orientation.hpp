// The EXIF orientation tag: how a picture must be turned and mirrored to stand upright (Exif 2.32, tag 0x0112).
#pragma once

#include "inkstone/image.hpp"

namespace inkstone {

// 5 to 8 swap width and height.
constexpr bool swaps_sides(int orientation) {
  return orientation >= 5 && orientation <= 8;
}

// The picture upright. orientation 1 to 8; anything else leaves it as it is.
Image upright(Image image, int orientation);

}  // namespace inkstone
