#include "models/stable_diffusion/single_file.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "inkstone/error.hpp"
#include "models/stable_diffusion/diffusers_folder.hpp"
#include "models/stable_diffusion/layout/original_autoencoder.hpp"
#include "models/stable_diffusion/layout/original_unet.hpp"
#include "models/stable_diffusion/layout/text_layers.hpp"
#include "text/clip_layout.hpp"
#include "weights/load.hpp"
#include "weights/named_file.hpp"

namespace inkstone::sd {
namespace {

using Json = nlohmann::json;

constexpr double kScalingOfXl = 0.13025;
constexpr double kDeviationOfV = 0.09;

std::optional<Json> json_of_metadata(const StateDict& weights, const char* key) {
  const auto found = weights.metadata.find(key);
  if (found == weights.metadata.end()) return {};
  auto json = Json::parse(found->second, nullptr, false);
  if (json.is_discarded()) throw Error(ErrorCategory::corrupt_file, fmt::format("the metadata '{}' is not JSON", key));
  return json;
}

UNetConfig unet_config_for(const StateDict& file, const StateDict& unet, const std::filesystem::path& given) {
  if (!given.empty()) return unet_config_of(read_component_json(given), given.string());
  if (const auto json = json_of_metadata(file, kUNetMetadata)) return unet_config_of(*json, "the metadata of the U-Net");
  return recognise_original_unet(unet);
}

// SD 2.0 and 2.1 at 768 pixels predict v, at 512 pixels epsilon, with the same shapes. What ComfyUI found: the last block's norm
// was moved further from its start by the former.
bool looks_like_v(const StateDict& unet) {
  const auto bias = unet.tensors.find("output_blocks.11.1.transformer_blocks.0.norm1.bias");
  return bias != unet.tensors.end() && bias->second.to(at::kFloat).std(false).item<float>() > kDeviationOfV;
}

SchedulerSettings settings_for(const StateDict& file, const StateDict& unet, const Checkpoint& checkpoint) {
  if (const auto json = json_of_metadata(file, kSchedulerMetadata))
    return scheduler_settings_of(*json, "the metadata of the scheduler");
  SchedulerSettings settings;
  const bool plain_sd2 = checkpoint.version == Version::sd2 && checkpoint.unet_config.in_channels == 4;
  if (file.contains("v_pred") || (plain_sd2 && looks_like_v(unet))) settings.prediction = Prediction::v;
  if (file.contains("ztsnr")) {
    settings.zero_terminal_snr = true;
    settings.spacing = "trailing";
  }
  return settings;
}

void take_autoencoder(Checkpoint& checkpoint, const StateDict& file) {
  const auto original = part_of(file, "first_stage_model.");
  if (original.tensors.empty()) return;
  if (const auto json = json_of_metadata(file, kAutoencoderMetadata)) {
    checkpoint.autoencoder_config = autoencoder_config_of(*json, "the metadata of the autoencoder");
  } else {
    checkpoint.autoencoder_config = recognise_original_autoencoder(original);
    if (checkpoint.unet_config.added_time_width > 0) checkpoint.autoencoder_config.scaling_factor = kScalingOfXl;
  }
  auto canonical = renamed(original, original_autoencoder_names(checkpoint.autoencoder_config), Direction::to_canonical);
  // what training needs: perceptual losses, averages, discriminators
  std::erase_if(canonical.tensors,
                [](const auto& item) { return item.first.starts_with("loss.") || item.first.starts_with("model_ema."); });
  checkpoint.autoencoder = std::move(canonical);
}

void take_text_encoders(Checkpoint& checkpoint, const StateDict& file) {
  for (const auto& place : find_clips(file)) {
    if (place.prefix.empty()) continue;
    TextEncoderPart part{{}, take_clip(file, place)};
    const auto written = file.metadata.find(kTextMetadata + std::to_string(checkpoint.text.size()));
    part.config = written == file.metadata.end() ? recognise_clip_text(part.weights) : parse_clip_text_config(written->second);
    drop_unused_layer(part);
    checkpoint.text.push_back(std::move(part));
  }
}

}  // namespace

Checkpoint checkpoint_of(const StateDict& file, const std::string& origin, const std::filesystem::path& unet_config) {
  auto original = part_of(file, "model.diffusion_model.");
  if (original.tensors.empty() && file.contains("input_blocks.0.0.weight")) original.tensors = file.tensors;  // a U-Net alone
  if (original.tensors.empty())
    throw Error(ErrorCategory::unsupported,
                fmt::format("{} is no Stable Diffusion model: it has no tensors 'model.diffusion_model...'", origin));
  Checkpoint checkpoint;
  checkpoint.path = origin;
  checkpoint.unet_config = unet_config_for(file, original, unet_config);
  checkpoint.version = version_of(checkpoint.unet_config);
  checkpoint.unet = renamed(original, original_unet_names(checkpoint.unet_config), Direction::to_canonical);
  take_autoencoder(checkpoint, file);
  take_text_encoders(checkpoint, file);
  checkpoint.scheduler = settings_for(file, original, checkpoint);
  const bool told = file.metadata.contains(kUNetMetadata) || !unet_config.empty();
  if (!told && checkpoint.version == Version::sd2 && checkpoint.scheduler.prediction == Prediction::v)
    checkpoint.unet_config.sample_size = 96;
  checkpoint.zeros_for_empty_prompt = checkpoint.version == Version::sdxl;
  return checkpoint;
}

Checkpoint load_single_file(const std::filesystem::path& path, const std::filesystem::path& unet_config) {
  const auto weights = load_weights(path);
  return naming_file(path, [&] { return checkpoint_of(weights, path.string(), unet_config); });
}

}  // namespace inkstone::sd
