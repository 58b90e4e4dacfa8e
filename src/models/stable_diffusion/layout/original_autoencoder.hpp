// The autoencoder in the layout of the original release (`first_stage_model.`), and the older names of its attention in diffusers
// folders.
#pragma once

#include "models/stable_diffusion/autoencoder_config.hpp"
#include "models/stable_diffusion/layout/name_map.hpp"

namespace inkstone::sd {

// Names without `first_stage_model.`.
NameMap original_autoencoder_names(const AutoencoderConfig& config);

// Sizes told from tensors in the original layout, without the prefix; scaling_factor is SD 1.x's. Throws corrupt_file.
AutoencoderConfig recognise_original_autoencoder(const StateDict& weights);

// Attention as the layout stores it: 1x1 convolutions in the original, matrices in diffusers.
StateDict with_attention_as_matrices(const StateDict& canonical);
StateDict with_attention_as_convolutions(const StateDict& canonical);

// query, key, value, proj_attn -> to_q, to_k, to_v, to_out.0.
StateDict with_new_attention_names(const StateDict& weights);

}  // namespace inkstone::sd
