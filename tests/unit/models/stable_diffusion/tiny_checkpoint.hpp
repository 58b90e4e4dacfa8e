// Checkpoints of every version with a few thousand weights, and a scratch folder for their files.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include <ATen/ATen.h>

#include "models/stable_diffusion/checkpoint.hpp"
#include "models/stable_diffusion/released.hpp"
#include "text/clip_text.hpp"

namespace inkstone::sd {

class ScratchFolder {
 public:
  ScratchFolder() : path_(std::filesystem::temp_directory_path() / ("inkstone-sd-" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~ScratchFolder() { std::filesystem::remove_all(path_); }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

inline StateDict random_weights(const torch::nn::Module& network) {
  StateDict weights;
  for (const auto& item : network.named_parameters()) weights.tensors.emplace(item.key(), at::randn(item.value().sizes()) * 0.1);
  return weights;
}

// The released architecture with a fraction of the channels.
inline UNetConfig tiny_unet(Version version) {
  auto config = released_unet(version);
  config.groups = 8;
  config.blocks.assign(config.channels.size(), 1);
  for (std::size_t level = 0; level < config.channels.size(); ++level) {
    config.channels[level] = 16 << std::min<std::size_t>(level, 1);
    config.heads[level] = 2 << std::min<std::size_t>(level, 1);
  }
  for (auto& layers : config.transformer_layers) layers = std::min<int64_t>(layers, 2);
  config.context_width = version == Version::sdxl_refiner ? 1280 : 24;
  return config;
}

inline Checkpoint tiny_checkpoint(Version version) {
  at::manual_seed(3);
  Checkpoint checkpoint;
  checkpoint.version = version;
  checkpoint.unet_config = tiny_unet(version);
  checkpoint.unet = random_weights(*UNet2DConditionModel(checkpoint.unet_config));
  checkpoint.autoencoder_config = released_autoencoder(version);
  checkpoint.autoencoder_config.channels = {16, 32};
  checkpoint.autoencoder_config.groups = 8;
  checkpoint.autoencoder_config.blocks = 1;
  checkpoint.autoencoder = random_weights(*AutoencoderKL(checkpoint.autoencoder_config));
  for (auto config : released_text_encoders(version)) {
    config.vocabulary = 40, config.width = 32, config.layers = 2, config.heads = 4, config.hidden = 64;
    if (config.projection > 0) config.projection = 16;
    checkpoint.text.push_back({config, random_weights(*ClipText(config))});
  }
  checkpoint.zeros_for_empty_prompt = version == Version::sdxl;
  return checkpoint;
}

}  // namespace inkstone::sd
