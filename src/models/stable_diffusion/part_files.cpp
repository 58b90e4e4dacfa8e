#include "models/stable_diffusion/part_files.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/text.hpp"
#include "inkstone/error.hpp"
#include "models/stable_diffusion/diffusers_folder.hpp"
#include "models/stable_diffusion/layout/canonical_unet.hpp"
#include "models/stable_diffusion/layout/original_autoencoder.hpp"
#include "models/stable_diffusion/layout/original_control_net.hpp"
#include "models/stable_diffusion/layout/original_unet.hpp"
#include "models/stable_diffusion/released.hpp"
#include "nn/fill.hpp"
#include "weights/load.hpp"
#include "weights/named_file.hpp"

namespace inkstone::sd {
namespace fs = std::filesystem;
namespace {

struct AutoencoderPart {
  AutoencoderConfig config;
  StateDict weights;
};

bool is_folder(const fs::path& path) {
  std::error_code unreadable;
  return fs::is_directory(path, unreadable);
}

AutoencoderPart autoencoder_of_folder(const fs::path& folder) {
  const auto config = folder / "config.json";
  return {autoencoder_config_of(read_component_json(config), config.string()),
          with_new_attention_names(read_component_weights(folder))};
}

AutoencoderPart autoencoder_of_file(const fs::path& path, Version version) {
  auto file = load_weights(path);
  if (const auto whole = part_of(file, "first_stage_model."); !whole.tensors.empty()) file = whole;
  std::erase_if(file.tensors,
                [](const auto& item) { return item.first.starts_with("loss.") || item.first.starts_with("model_ema."); });
  AutoencoderPart part;
  if (file.contains("encoder.down.0.block.0.conv1.weight")) {
    part.config = recognise_original_autoencoder(file);
    part.weights = renamed(file, original_autoencoder_names(part.config), Direction::to_canonical);
  } else if (file.contains("encoder.down_blocks.0.resnets.0.conv1.weight")) {
    part.weights = with_new_attention_names(file);
    const auto original =
        renamed(part.weights, original_autoencoder_names({}), Direction::to_original);  // the released sizes: told there
    part.config = recognise_original_autoencoder(original);
  } else {
    throw Error(ErrorCategory::unsupported, "the file holds no autoencoder of Stable Diffusion");
  }
  part.config.scaling_factor = released_autoencoder(version).scaling_factor;
  return part;
}

// The picture's network: the first convolution, then pairs of which the second halves the size, then the last one. `widening`
// names the weight that ends the i-th pair.
template <class Name>
void read_hint(const StateDict& weights, ControlNetConfig& config, const std::string& first, Name&& widening) {
  const auto& weight = weights.at(first, {-1, -1, 3, 3});
  config.picture_channels = weight.size(1);
  config.embedding_channels = {weight.size(0)};
  for (int64_t pair = 0; weights.contains(widening(pair)); ++pair)
    config.embedding_channels.push_back(weights.at(widening(pair), {-1, -1, 3, 3}).size(0));
}

ControlNetPart control_net_of_original(const StateDict& file) {
  ControlNetPart part;
  part.config.unet = recognise_original_unet(file);
  read_hint(file, part.config, "input_hint_block.0.weight", [&](int64_t pair) {
    const bool last = !file.contains(fmt::format("input_hint_block.{}.weight", 4 * pair + 6));  // what follows is not of a pair
    return last ? std::string() : fmt::format("input_hint_block.{}.weight", 4 * pair + 4);
  });
  part.weights = renamed(file, original_control_names(part.config), Direction::to_canonical);
  return part;
}

ControlNetPart control_net_of_canonical(const StateDict& file) {
  ControlNetPart part{{}, file};
  part.config.unet = recognise_canonical_unet(file);
  read_hint(file, part.config, "controlnet_cond_embedding.conv_in.weight",
            [](int64_t pair) { return fmt::format("controlnet_cond_embedding.blocks.{}.weight", 2 * pair + 1); });
  return part;
}

ControlNetPart control_net_of_file(const fs::path& path) {
  auto file = load_weights(path);
  if (const auto inner = part_of(file, "control_model."); !inner.tensors.empty()) file = inner;
  if (file.contains("difference"))
    throw Error(ErrorCategory::unsupported, "the control network holds differences from a model; get the one with whole weights");
  const bool original = file.contains("input_hint_block.0.weight");
  if (!original && !file.contains("controlnet_cond_embedding.conv_in.weight"))
    throw Error(ErrorCategory::unsupported, "the file holds no ControlNet");
  auto part = original ? control_net_of_original(file) : control_net_of_canonical(file);
  part.config.pooled =
      lower_ascii(path.filename().string()).find("shuffle") != std::string::npos;  // nothing in the tensors tells
  return part;
}

}  // namespace

void use_autoencoder_file(Checkpoint& checkpoint, const fs::path& path) {
  auto part = is_folder(path) ? autoencoder_of_folder(path)
                              : naming_file(path, [&] { return autoencoder_of_file(path, checkpoint.version); });
  if (part.config.latent_channels != checkpoint.unet_config.out_channels)
    throw Error(ErrorCategory::unsupported,
                fmt::format("{} makes latents of {} channels where the model has {}; it is of another kind of model",
                            path.string(), part.config.latent_channels, checkpoint.unet_config.out_channels));
  checkpoint.autoencoder_config = part.config;
  checkpoint.autoencoder = std::move(part.weights);
}

ControlNetPart load_control_net(const fs::path& path) {
  if (!is_folder(path)) return naming_file(path, [&] { return control_net_of_file(path); });
  const auto config = path / "config.json";
  return {control_net_config_of(read_component_json(config), config.string()), read_component_weights(path)};
}

ControlNetModel build_control_net(const ControlNetPart& part, const UNetConfig& base, const std::string& origin,
                                  std::optional<at::ScalarType> dtype) {
  if (part.config.unet.channels != base.channels || part.config.unet.context_width != base.context_width ||
      part.config.unet.blocks != base.blocks)
    throw Error(ErrorCategory::bad_argument, fmt::format("{} is a ControlNet for {}, not for this model, which is {}", origin,
                                                         name_of(version_of(part.config.unet)), name_of(version_of(base))));
  ControlNetModel network(part.config);
  nn::fill(*network, part.weights, {dtype, origin});
  return network;
}

}  // namespace inkstone::sd
