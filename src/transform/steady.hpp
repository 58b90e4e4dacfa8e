// Frames of a film painted one by one, made to hold still: what was painted before is carried along the motion of the film and
// mixed in where that motion can be trusted (the temporal term of Ruder, Dosovitskiy and Brox, "Artistic style transfer for
// videos", 2016, as a filter).
#pragma once

#include <ATen/core/Tensor.h>

namespace inkstone::transform {

class Steady {
 public:
  // strength: the share of the frame before where motion is certain; 0 leaves every frame as it was painted.
  explicit Steady(double strength) : strength_(strength) {}

  // photograph, painting [1,3,H,W] in [0,1] of one frame, in the order of the film -> the painting that holds still. A cut starts
  // afresh.
  at::Tensor hold(const at::Tensor& photograph, const at::Tensor& painting);

  // Mean difference between a frame and the one before carried along, over pixels whose motion is certain, of a range of 255:
  // without and with holding. 0 before the second frame.
  double flicker_before() const { return frames_ > 0 ? before_ / frames_ : 0; }
  double flicker_after() const { return frames_ > 0 ? after_ / frames_ : 0; }

 private:
  double strength_;
  at::Tensor last_photograph_, last_painting_, last_held_;
  double before_ = 0, after_ = 0, frames_ = 0;
};

}  // namespace inkstone::transform
