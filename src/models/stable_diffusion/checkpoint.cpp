#include "models/stable_diffusion/checkpoint.hpp"

#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "models/stable_diffusion/diffusers_folder.hpp"
#include "models/stable_diffusion/single_file.hpp"
#include "nn/fill.hpp"

namespace inkstone::sd {
namespace {

bool is_diffusers(const std::filesystem::path& path) {
  std::error_code unreadable;
  return std::filesystem::is_directory(path, unreadable) || path.filename() == "model_index.json";
}

}  // namespace

Task Checkpoint::task() const {
  const int64_t latent = has_autoencoder() ? autoencoder_config.latent_channels : unet_config.out_channels;
  if (unet_config.in_channels == latent) return Task::paint;
  if (unet_config.in_channels == 2 * latent + 1) return Task::inpaint;
  return unet_config.in_channels == 2 * latent ? Task::instruct : Task::other;
}

Checkpoint load_checkpoint(const std::filesystem::path& path, const CheckpointOptions& options) {
  auto checkpoint = is_diffusers(path) ? load_diffusers_folder(path) : load_single_file(path, options.config);
  checkpoint.path = path;
  if (options.prediction) checkpoint.scheduler.prediction = *options.prediction;
  return checkpoint;
}

Version version_of(const UNetConfig& config) {
  if (config.added_time_width > 0) return config.context_width == 1280 ? Version::sdxl_refiner : Version::sdxl;
  return config.linear_projection || config.context_width == 1024 ? Version::sd2 : Version::sd1;
}

const char* name_of(Version version) {
  switch (version) {
    case Version::sd1:
      return "Stable Diffusion 1.x";
    case Version::sd2:
      return "Stable Diffusion 2.x";
    case Version::sdxl:
      return "Stable Diffusion XL";
    case Version::sdxl_refiner:
      return "Stable Diffusion XL refiner";
  }
  return "";
}

UNet2DConditionModel build_unet(const Checkpoint& checkpoint, std::optional<at::ScalarType> dtype) {
  UNet2DConditionModel unet(checkpoint.unet_config);
  nn::fill(*unet, checkpoint.unet, {dtype, checkpoint.path.string() + ", U-Net"});
  return unet;
}

AutoencoderKL build_autoencoder(const Checkpoint& checkpoint, std::optional<at::ScalarType> dtype) {
  if (!checkpoint.has_autoencoder())
    throw Error(ErrorCategory::not_found, fmt::format("{} holds no autoencoder; give one with --vae", checkpoint.path.string()));
  AutoencoderKL autoencoder(checkpoint.autoencoder_config);
  nn::fill(*autoencoder, checkpoint.autoencoder, {dtype, checkpoint.path.string() + ", autoencoder"});
  return autoencoder;
}

}  // namespace inkstone::sd
