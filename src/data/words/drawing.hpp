// A composition as a picture: drawings cut to their outlines, scaled, perhaps tinted, laid on paper of a pale colour.
#pragma once

#include <vector>

#include <ATen/core/Tensor.h>

#include "data/words/composition.hpp"

namespace inkstone::words {

// Drawings of all objects(), ready to be laid down.
class Drawings {
 public:
  // sprites: uint8 [objects, 4, H, W], sRGB and straight alpha. Throws bad_argument for another shape or an empty drawing.
  explicit Drawings(const at::Tensor& sprites);

  // uint8 [3, side, side]; random chooses paper, sizes and how things lie within their places.
  at::Tensor draw(const Composition& composition, int64_t side, DrawRandom& random) const;

 private:
  struct Box {
    int64_t top, left, height, width;
    float tone;  // mean luminance of what is opaque, in [0,1]
  };
  struct Spot {
    double x, y, size;  // of the middle, and the longer side, in shares of the picture's side
  };

  Box outlined(int64_t object) const;
  static std::vector<Spot> spots_of(const Composition& composition, DrawRandom& random);
  void lay(float* canvas, int64_t side, const Part& part, const Spot& spot) const;

  at::Tensor sprites_;  // float32 [N, H, W, 4] in [0,1], contiguous
  std::vector<Box> boxes_;
};

}  // namespace inkstone::words
