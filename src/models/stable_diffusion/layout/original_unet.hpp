// The U-Net in the layout of the original release (CompVis latent-diffusion, `model.diffusion_model.`): input_blocks,
// middle_block, output_blocks numbered through, where diffusers names levels.
#pragma once

#include "models/stable_diffusion/layout/name_map.hpp"
#include "models/stable_diffusion/unet_config.hpp"

namespace inkstone::sd {

// Names without `model.diffusion_model.`.
NameMap original_unet_names(const UNetConfig& config);

// The encoder's half alone: what a ControlNet shares with it.
NameMap original_encoder_names(const UNetConfig& config);

// Sizes and kind told from tensors in the original layout, without the prefix. Heads are not in the tensors: 8 in networks that
// read 768 numbers to a token (SD 1.x), else one for every 64 channels. Throws corrupt_file where these are not a U-Net's
// tensors.
UNetConfig recognise_original_unet(const StateDict& weights);

}  // namespace inkstone::sd
