// Frames of a film painted one by one, made to hold still: what was painted before is carried along the motion of the film and
// mixed in where that motion can be trusted (the temporal term of Ruder, Dosovitskiy and Brox, "Artistic style transfer for
// videos", 2016, as a filter).
#pragma once

#include <optional>
#include <utility>

#include <ATen/core/Tensor.h>

namespace inkstone::transform {

// What was painted, where it is by now.
struct Carried {
  at::Tensor picture;  // [1,3,H,W] in [0,1]
  at::Tensor trust;    // [1,1,H,W] in [0,1]: how certain its motion is
  at::Tensor flow;     // [1,2,H,W], as optical_flow gives it
};

class Steady {
 public:
  // All that the next frame depends on: with it another Steady goes on as this one would have.
  struct Memory {
    at::Tensor photograph, painting, held;  // of the last frame; undefined before the first
    double before = 0, after = 0, frames = 0;
  };

  // strength: the share of the frame before where motion is certain; 0 leaves every frame as it was painted.
  explicit Steady(double strength) : strength_(strength) {}

  // What was held before, along the motion to this photograph [1,3,H,W]; absent for the first frame and after a cut.
  std::optional<Carried> carry(const at::Tensor& photograph) const;

  // photograph, painting [1,3,H,W] in [0,1] of one frame, in the order of the film, and what carry() gave for it -> the painting
  // that holds still.
  at::Tensor hold(const at::Tensor& photograph, const at::Tensor& painting, const std::optional<Carried>& carried);
  at::Tensor hold(const at::Tensor& photograph, const at::Tensor& painting) {
    return hold(photograph, painting, carry(photograph));
  }

  // Mean difference between a frame and the one before carried along, over pixels whose motion is certain, of a range of 255:
  // without and with holding. 0 before the second frame.
  double flicker_before() const { return memory_.frames > 0 ? memory_.before / memory_.frames : 0; }
  double flicker_after() const { return memory_.frames > 0 ? memory_.after / memory_.frames : 0; }

  const Memory& memory() const { return memory_; }
  void go_on_from(Memory memory) { memory_ = std::move(memory); }

 private:
  double strength_;
  Memory memory_;
};

}  // namespace inkstone::transform
