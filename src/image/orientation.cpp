#include "image/orientation.hpp"

#include <algorithm>

namespace inkstone {
namespace {

struct Source {
  int x, y;
};

// Where pixel (x, y) of the upright picture lies in the stored one of w x h pixels.
Source stored_position(int orientation, int x, int y, int w, int h) {
  switch (orientation) {
    case 2:
      return {w - 1 - x, y};
    case 3:
      return {w - 1 - x, h - 1 - y};
    case 4:
      return {x, h - 1 - y};
    case 5:
      return {y, x};
    case 6:
      return {y, h - 1 - x};
    case 7:
      return {w - 1 - y, h - 1 - x};
    case 8:
      return {w - 1 - y, x};
    default:
      return {x, y};
  }
}

}  // namespace

Image upright(Image image, int orientation) {
  if (orientation < 2 || orientation > 8) return image;
  const bool swap = swaps_sides(orientation);
  Image out(swap ? image.height : image.width, swap ? image.width : image.height, image.channels);
  float* to = out.pixels.data();
  for (int y = 0; y < out.height; ++y)
    for (int x = 0; x < out.width; ++x) {
      const auto [sx, sy] = stored_position(orientation, x, y, image.width, image.height);
      to = std::copy_n(&image.pixels[(std::size_t(sy) * image.width + sx) * image.channels], image.channels, to);
    }
  return out;
}

}  // namespace inkstone
