// The picture that painting starts from, in the frame in which it is painted: as it is, with room beyond its sides, or the
// surroundings of a mask alone; and the way back to the picture that is delivered.
#pragma once

#include <ATen/core/Tensor.h>

#include "inkstone/image.hpp"
#include "inkstone/paint_request.hpp"
#include "sample/stable_diffusion/prompter.hpp"

namespace inkstone::studio {

struct Canvas {
  sd::PictureExtent extent;
  at::Tensor picture, mask;  // as sd::Brief has them

  // Another picture in this frame, as if it had the size of the first one.
  Image framed(const Image& picture) const;
  // What was painted in this frame -> what is delivered.
  Image finished(const Image& painted) const;

  struct Box {
    int left = 0, top = 0, width = 0, height = 0;
  };
  sd::PictureExtent first;  // size of the picture as it was given
  Box room;                 // added beyond its sides: where it lies, and the size painted; width 0: none
  Box cut;                  // of what is painted with room, what is delivered; else the part of the first picture that is painted
  Image whole;              // the first picture, where only a part is painted
  at::Tensor feather;       // its mask, [1,1,H,W]
};

// native: what the model paints best; unit: what sides are multiples of. Throws bad_argument: a mask of another size than the
// picture, or without a picture, or with nothing to paint; sides beyond the picture without one.
Canvas canvas_of(const PaintRequest& request, const sd::PictureExtent& native, int64_t unit);

}  // namespace inkstone::studio
