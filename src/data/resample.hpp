// A rectangle of a picture at another size: Catmull-Rom with antialiasing (the filter is widened when scaling down),
// which is what Python's Pillow calls BICUBIC and what data sets are usually scaled with. Written out rather than taken
// from ATen because it runs in loader threads: it starts no threads of its own and reads bytes where they lie.
#pragma once

#include <ATen/core/Tensor.h>

#include "data/picture_size.hpp"

namespace inkstone {

// In pixels of the picture; edges may lie between pixels.
struct Rectangle {
  double top = 0, left = 0, height = 0, width = 0;
};

// picture: uint8 [C,H,W] -> float32 [C,h,w] in [0,255], not clamped: the filter may overshoot. The rectangle must lie
// inside the picture; pixels around it take part as neighbours. mirrored: left and right swapped.
at::Tensor resampled(const at::Tensor& picture, const Rectangle& rectangle, PictureSize size, bool mirrored = false);

}  // namespace inkstone
