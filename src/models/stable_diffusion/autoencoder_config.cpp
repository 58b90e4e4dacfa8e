#include "models/stable_diffusion/autoencoder_config.hpp"

#include "models/stable_diffusion/config_reader.hpp"

namespace inkstone::sd {
namespace {

void require_types(const ConfigReader& reader, const char* key, const std::string& built) {
  for (const auto& type : reader.texts(key, {}))
    if (type != built) reader.unsupported("the block type '" + type + "'");
}

}  // namespace

AutoencoderConfig autoencoder_config_of(const nlohmann::json& json, const std::string& origin) {
  const ConfigReader reader(json, origin);
  reader.require("act_fn", "silu");
  reader.require("latents_mean", nullptr);
  reader.require("latents_std", nullptr);
  require_types(reader, "down_block_types", "DownEncoderBlock2D");
  require_types(reader, "up_block_types", "UpDecoderBlock2D");
  AutoencoderConfig config;
  config.in_channels = reader.integer("in_channels", 3);
  config.out_channels = reader.integer("out_channels", 3);
  config.latent_channels = reader.integer("latent_channels", 4);
  config.channels = reader.integers("block_out_channels", {64});
  config.blocks = reader.integer("layers_per_block", 1);
  config.groups = reader.integer("norm_num_groups", 32);
  config.scaling_factor = reader.number("scaling_factor", 0.18215);
  config.shift_factor = reader.number("shift_factor", 0);
  config.quant_conv = reader.boolean("use_quant_conv", true);
  config.post_quant_conv = reader.boolean("use_post_quant_conv", true);
  config.attention = reader.boolean("mid_block_add_attention", true);
  config.force_upcast = reader.boolean("force_upcast", true);
  if (config.in_channels < 1 || config.out_channels < 1 || config.latent_channels < 1 || config.blocks < 1 || config.groups < 1 ||
      !(config.scaling_factor > 0))
    reader.corrupt("has an impossible number of channels, blocks or groups");
  for (const auto width : config.channels)
    if (width % config.groups != 0) reader.corrupt("has a number of channels that its groups do not divide");
  return config;
}

nlohmann::json to_json(const AutoencoderConfig& c) {
  const std::vector<std::string> down(c.channels.size(), "DownEncoderBlock2D"), up(c.channels.size(), "UpDecoderBlock2D");
  nlohmann::json json = {{"_class_name", "AutoencoderKL"},
                         {"in_channels", c.in_channels},
                         {"out_channels", c.out_channels},
                         {"latent_channels", c.latent_channels},
                         {"block_out_channels", c.channels},
                         {"down_block_types", down},
                         {"up_block_types", up},
                         {"layers_per_block", c.blocks},
                         {"norm_num_groups", c.groups},
                         {"act_fn", "silu"},
                         {"scaling_factor", c.scaling_factor},
                         {"force_upcast", c.force_upcast}};
  if (c.shift_factor != 0) json["shift_factor"] = c.shift_factor;  // later fields, which older readers do not know
  if (!c.quant_conv) json["use_quant_conv"] = false;
  if (!c.post_quant_conv) json["use_post_quant_conv"] = false;
  if (!c.attention) json["mid_block_add_attention"] = false;
  return json;
}

}  // namespace inkstone::sd
