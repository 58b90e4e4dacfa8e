// What painting needs around a family that reads: prompts in a PaintSpec, and larger pictures by the embedded x2 network.
#pragma once

#include <vector>

#include "families/words/shipped.hpp"
#include "inkstone/paint_request.hpp"
#include "studio/diffusion/known_files.hpp"
#include "studio/loaded_models.hpp"
#include "train/family.hpp"

namespace inkstone::studio {

// Puts orders into the spec: seeds, prompts and negative prompts.
void tell_prompts(PaintSpec& spec, const std::vector<PictureOrder>& orders);

// Options that families which read captions do not know. Throws bad_argument naming one that is given.
void refuse_foreign_to_words(const PaintRequest& request);

// How often a picture of this shape must be doubled for the size asked for; 0 where none is. Throws bad_argument naming the sizes
// that there are.
int64_t doublings_for(const PaintRequest& request, const PictureShape& shape);

// [N,3,H,W] in [-1,1], doubled so often by the embedded super-resolution-x2.
at::Tensor doubled_pictures(at::Tensor pictures, int64_t times, LoadedModels& models);

}  // namespace inkstone::studio
