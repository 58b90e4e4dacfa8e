// Sizes of a U-Net, or of a network made from its way down, told from tensors in diffusers' names: for files that come without
// their config.json.
#pragma once

#include "models/stable_diffusion/unet_config.hpp"
#include "tensor/state_dict.hpp"

namespace inkstone::sd {

// The rule for heads is that of recognise_original_unet. Throws corrupt_file.
UNetConfig recognise_canonical_unet(const StateDict& weights);

// Heads are not in the tensors: 8 in networks that read 768 numbers to a token (SD 1.x), else one for every 64 channels.
std::vector<int64_t> usual_heads(const UNetConfig& config);

}  // namespace inkstone::sd
