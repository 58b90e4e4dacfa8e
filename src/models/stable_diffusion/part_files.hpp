// Networks that come in files of their own, to be used with a checkpoint: another autoencoder, a ControlNet. Each as a diffusers
// folder, or as one file in diffusers' names or in those of the original release.
#pragma once

#include <filesystem>
#include <optional>

#include "models/stable_diffusion/autoencoder_kl.hpp"
#include "models/stable_diffusion/checkpoint.hpp"
#include "models/stable_diffusion/control_net.hpp"

namespace inkstone::sd {

// Replaces the checkpoint's autoencoder; the scaling of its latents is the checkpoint's version's, unless the folder's
// config.json says it. Throws not_found, io, corrupt_file, unsupported (no autoencoder; latents of another width than the
// U-Net's).
void use_autoencoder_file(Checkpoint& checkpoint, const std::filesystem::path& path);

struct ControlNetPart {
  ControlNetConfig config;
  StateDict weights;
};

// Throws not_found, io, corrupt_file, unsupported: no ControlNet, or one that holds differences from a model rather than weights.
ControlNetPart load_control_net(const std::filesystem::path& path);

// Filled. base: the U-Net it is to steer. Throws bad_argument where the ControlNet is of another version than the base;
// corrupt_file.
ControlNetModel build_control_net(const ControlNetPart& part, const UNetConfig& base, const std::string& origin,
                                  std::optional<at::ScalarType> dtype = {});

}  // namespace inkstone::sd
