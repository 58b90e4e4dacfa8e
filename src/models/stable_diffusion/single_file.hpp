// One file in the layout of the original release, with everything in it: model.diffusion_model (the U-Net), first_stage_model
// (the autoencoder), cond_stage_model or conditioner.embedders (text encoders). Also GGUF files of stable-diffusion.cpp, which
// keep these names.
#pragma once

#include <filesystem>

#include "models/stable_diffusion/checkpoint.hpp"

namespace inkstone::sd {

// Metadata of files that this program writes, with sizes that the tensors do not tell: JSON as in diffusers' config.json.
inline constexpr const char* kUNetMetadata = "inkstone.unet";
inline constexpr const char* kAutoencoderMetadata = "inkstone.vae";
inline constexpr const char* kTextMetadata = "inkstone.text.";  // and the encoder's number
inline constexpr const char* kSchedulerMetadata = "inkstone.scheduler";

// unet_config: a config.json instead of what the tensors tell; or empty. Throws as load_checkpoint.
Checkpoint load_single_file(const std::filesystem::path& path, const std::filesystem::path& unet_config = {});

// The checkpoint of tensors already read. origin: for messages.
Checkpoint checkpoint_of(const StateDict& weights, const std::string& origin, const std::filesystem::path& unet_config = {});

}  // namespace inkstone::sd
