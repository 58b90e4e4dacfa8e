// Where text encoders lie in checkpoints and how their tensors are called there, and the canonical names, which are those of
// transformers (text/clip_text.hpp).
#pragma once

#include <string>
#include <vector>

#include "tensor/state_dict.hpp"

namespace inkstone {

struct ClipPlace {
  std::string prefix;  // of the encoder's names, with its last dot
  bool open_clip =
      false;  // named as in openai/CLIP and OpenCLIP (transformer.resblocks.N.attn.in_proj_weight, ...), else as in transformers
};

// The text encoders of a checkpoint in their order: of single files of SD 1 (cond_stage_model.transformer.), SD 2
// (cond_stage_model.model.), XL (conditioner.embedders.N.), and of a text encoder's own file (no prefix). Empty where there is
// none.
std::vector<ClipPlace> find_clips(const StateDict& checkpoint);

// One encoder's tensors under the canonical names; fused projections are cut by views, nothing is copied but transposed
// projections. Tensors that are no parameters (position_ids, logit_scale) are left out. Throws corrupt_file naming a misshapen
// tensor.
StateDict take_clip(const StateDict& checkpoint, const ClipPlace& place);

// Back: canonical tensors under the names of the place.
StateDict place_clip(const StateDict& canonical, const ClipPlace& place);

}  // namespace inkstone
