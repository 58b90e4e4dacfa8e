// One picture on its way into a data set: cut to shape, scaled in linear light, its edges perhaps smoothed. Metadata is
// gone by then: what is made here has pixels alone.
#pragma once

#include <string>

#include "image/resize.hpp"
#include "ingest/edge_smoothing.hpp"
#include "inkstone/image.hpp"

namespace inkstone {

struct Preparation {
  Size size = {};               // of the result; 0x0 leaves the shape as it is
  int shorter_side = 0;         // with size 0x0: larger pictures are scaled down to it; 0 leaves them
  std::string crop = "center";  // "center", "random", "smart" or "squeeze", where size has another shape
  std::uint64_t seed = 0;       // of random crops
  bool smooth_edges = false;
  EdgeSmoothing edges = {};  // how, where they are
};

// index: of the picture, for its random crop.
Image prepared(const Image& picture, const Preparation& wish, std::int64_t index);

// The longest side at which it is enough to decode a picture of this size; 0: all of it is needed.
int enough_to_decode(Size picture, const Preparation& wish);

}  // namespace inkstone
