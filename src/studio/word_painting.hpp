// What painting needs around a family that reads: prompts in a PaintSpec, and larger pictures by the embedded x2 network.
#pragma once

#include <optional>
#include <vector>

#include "families/words/shipped.hpp"
#include "inkstone/paint_request.hpp"
#include "studio/diffusion/canvas.hpp"
#include "studio/diffusion/known_files.hpp"
#include "studio/loaded_models.hpp"
#include "train/family.hpp"

namespace inkstone::studio {

// Puts orders into the spec: seeds, prompts and negative prompts.
void tell_prompts(PaintSpec& spec, const std::vector<PictureOrder>& orders);

// Options that families which read captions do not know. Throws bad_argument naming one that is given.
void refuse_foreign_to_words(const PaintRequest& request);

// What a request paints over, in the frame that the family paints, and the way back to the picture that is delivered.
struct WordCanvas {
  Ground ground;
  int64_t doublings;  // of what is painted, to be as fine as the place it has
  // [N,3,H,W] in [-1,1] -> the same pictures where they belong, in the size of the first picture or the one asked for.
  at::Tensor finished(const at::Tensor& painted) const;

  Canvas canvas;
  sd::PictureExtent size;
};

// Absent where the request starts from no picture. With a mask its surroundings alone are painted, whatever the size of the
// picture. Throws bad_argument.
std::optional<WordCanvas> word_canvas(const PaintRequest& request, const PictureShape& shape);

// How often a picture of this shape must be doubled for the size asked for; 0 where none is. Throws bad_argument naming the sizes
// that there are.
int64_t doublings_for(const PaintRequest& request, const PictureShape& shape);

// [N,3,H,W] in [-1,1], doubled so often by the embedded super-resolution-x2.
at::Tensor doubled_pictures(at::Tensor pictures, int64_t times, LoadedModels& models);

}  // namespace inkstone::studio
