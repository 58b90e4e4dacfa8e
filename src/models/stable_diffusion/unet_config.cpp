#include "models/stable_diffusion/unet_config.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "models/stable_diffusion/config_reader.hpp"

namespace inkstone::sd {
namespace {

using Json = nlohmann::json;
using Texts = std::vector<std::string>;

// Fields that would change the network, each with the one value that is built.
void require_plain(const ConfigReader& reader) {
  const std::vector<std::pair<const char*, Json>> plain = {{"mid_block_type", "UNetMidBlock2DCrossAttn"},
                                                           {"center_input_sample", false},
                                                           {"downsample_padding", 1},
                                                           {"mid_block_scale_factor", 1},
                                                           {"act_fn", "silu"},
                                                           {"encoder_hid_dim", nullptr},
                                                           {"encoder_hid_dim_type", nullptr},
                                                           {"num_attention_heads", nullptr},
                                                           {"dual_cross_attention", false},
                                                           {"resnet_time_scale_shift", "default"},
                                                           {"resnet_skip_time_act", false},
                                                           {"resnet_out_scale_factor", 1.0},
                                                           {"time_embedding_type", "positional"},
                                                           {"time_embedding_dim", nullptr},
                                                           {"time_embedding_act_fn", nullptr},
                                                           {"timestep_post_act", nullptr},
                                                           {"conv_in_kernel", 3},
                                                           {"conv_out_kernel", 3},
                                                           {"attention_type", "default"},
                                                           {"class_embeddings_concat", false},
                                                           {"mid_block_only_cross_attention", nullptr},
                                                           {"cross_attention_norm", nullptr},
                                                           {"reverse_transformer_layers_per_block", nullptr}};
  for (const auto& [key, built] : plain) reader.require(key, built);
}

void require_no_cross_only(const Json& config, const ConfigReader& reader) {
  const auto found = config.find("only_cross_attention");
  if (found == config.end() || found->is_null()) return;
  const bool asked =
      found->is_array() ? std::any_of(found->begin(), found->end(), [](const Json& v) { return v == true; }) : *found == true;
  if (asked) reader.unsupported("'only_cross_attention'");
}

std::vector<bool> attention_of(const Texts& types, const char* with, const char* without, const ConfigReader& reader) {
  std::vector<bool> attention;
  for (const auto& type : types) {
    if (type != with && type != without) reader.unsupported(fmt::format("the block type '{}'", type));
    attention.push_back(type == with);
  }
  return attention;
}

// Advice alone: absent, one number, or one for either side.
int64_t sample_size_of(const Json& config) {
  const auto found = config.find("sample_size");
  if (found == config.end() || !found->is_number_integer() || *found < 1 || *found > 4096) return 64;
  return found->get<int64_t>();
}

int64_t context_width_of(const Json& config, const ConfigReader& reader) {
  const auto widths = reader.integers("cross_attention_dim", {1280});
  if (std::adjacent_find(widths.begin(), widths.end(), std::not_equal_to<>()) != widths.end())
    reader.unsupported(fmt::format("'cross_attention_dim' = {}", config.at("cross_attention_dim").dump()));
  return widths.front();
}

void read_class_embedding(UNetConfig& config, const ConfigReader& reader) {
  const auto type = reader.text("class_embed_type", "");
  config.num_classes = reader.integer("num_class_embeds", 0);
  if (type == "timestep")
    config.class_embedding = ClassEmbedding::timestep;
  else if (type == "projection")
    config.class_embedding = ClassEmbedding::projection;
  else if (!type.empty())
    reader.unsupported(fmt::format("'class_embed_type' = {}", type));
  else if (config.num_classes > 0)
    config.class_embedding = ClassEmbedding::lookup;
}

void read_added_embedding(UNetConfig& config, const ConfigReader& reader) {
  config.projection_width = reader.integer("projection_class_embeddings_input_dim", 0);
  const auto type = reader.text("addition_embed_type", "");
  if (type.empty()) return;
  if (type != "text_time") reader.unsupported(fmt::format("'addition_embed_type' = {}", type));
  config.added_time_width = reader.integer("addition_time_embed_dim", 0);
  if (config.added_time_width < 2 || config.added_time_width % 2 != 0)
    reader.corrupt("lacks a sensible 'addition_time_embed_dim'");
  if (config.projection_width <= config.added_time_width)
    reader.corrupt("lacks a sensible 'projection_class_embeddings_input_dim'");
}

void check_unet(const UNetConfig& config, const ConfigReader& reader) {
  const auto levels = config.channels.size();
  if (config.down_attention.size() != levels || config.up_attention.size() != levels)
    reader.corrupt("should name as many down and up blocks as it has block_out_channels");
  if (config.in_channels < 1 || config.out_channels < 1 || config.groups < 1 || config.guidance_width < 0 ||
      config.num_classes < 0 || config.projection_width < 0)
    reader.corrupt("has an impossible number of channels");
  for (std::size_t level = 0; level < levels; ++level)
    if (config.channels[level] % config.heads[level] != 0 || config.channels[level] % config.groups != 0 ||
        config.channels[level] % 2 != 0)
      reader.corrupt(fmt::format("has {} channels, which {} heads or {} groups do not divide", config.channels[level],
                                 config.heads[level], config.groups));
}

Texts block_types(const std::vector<bool>& attention, const char* with, const char* without) {
  Texts types;
  for (const bool here : attention) types.push_back(here ? with : without);
  return types;
}

Json or_null(int64_t value) {
  return value > 0 ? Json(value) : Json(nullptr);
}

}  // namespace

UNetConfig unet_config_of(const Json& json, const std::string& origin) {
  const ConfigReader reader(json, origin);
  require_plain(reader);
  require_no_cross_only(json, reader);
  UNetConfig config;
  config.in_channels = reader.integer("in_channels", 4);
  config.out_channels = reader.integer("out_channels", 4);
  config.channels = reader.integers("block_out_channels", config.channels);
  const auto levels = config.channels.size();
  const auto down =
      reader.texts("down_block_types", {"CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"});
  config.down_attention = attention_of(down, "CrossAttnDownBlock2D", "DownBlock2D", reader);
  const auto up = reader.texts("up_block_types", block_types({config.down_attention.rbegin(), config.down_attention.rend()},
                                                             "CrossAttnUpBlock2D", "UpBlock2D"));
  config.up_attention = attention_of(up, "CrossAttnUpBlock2D", "UpBlock2D", reader);
  config.blocks = reader.integers("layers_per_block", {2}, levels);
  config.transformer_layers = reader.integers("transformer_layers_per_block", {1}, levels);
  config.heads = reader.integers("attention_head_dim", {8}, levels);  // misnamed there: the number of heads
  config.context_width = context_width_of(json, reader);
  config.linear_projection = reader.boolean("use_linear_projection", false);
  config.sample_size = sample_size_of(json);
  config.groups = reader.integer("norm_num_groups", 32);
  config.eps = reader.number("norm_eps", 1e-5);
  config.cosine_first = reader.boolean("flip_sin_to_cos", true);
  config.frequency_shift = reader.number("freq_shift", 0);
  config.guidance_width = reader.integer("time_cond_proj_dim", 0);
  read_class_embedding(config, reader);
  read_added_embedding(config, reader);
  check_unet(config, reader);
  return config;
}

Json to_json(const UNetConfig& c) {
  Json json = {{"_class_name", "UNet2DConditionModel"},
               {"in_channels", c.in_channels},
               {"out_channels", c.out_channels},
               {"block_out_channels", c.channels},
               {"layers_per_block", c.blocks},
               {"transformer_layers_per_block", c.transformer_layers},
               {"attention_head_dim", c.heads},
               {"cross_attention_dim", c.context_width},
               {"use_linear_projection", c.linear_projection},
               {"sample_size", c.sample_size},
               {"norm_num_groups", c.groups},
               {"norm_eps", c.eps},
               {"flip_sin_to_cos", c.cosine_first},
               {"freq_shift", c.frequency_shift}};
  if (std::adjacent_find(c.blocks.begin(), c.blocks.end(), std::not_equal_to<>()) == c.blocks.end())
    json["layers_per_block"] = c.blocks.front();
  json["down_block_types"] = block_types(c.down_attention, "CrossAttnDownBlock2D", "DownBlock2D");
  json["up_block_types"] = block_types(c.up_attention, "CrossAttnUpBlock2D", "UpBlock2D");
  json["mid_block_type"] = "UNetMidBlock2DCrossAttn";
  json["time_cond_proj_dim"] = or_null(c.guidance_width);
  json["num_class_embeds"] = or_null(c.num_classes);
  json["projection_class_embeddings_input_dim"] = or_null(c.projection_width);
  json["addition_time_embed_dim"] = or_null(c.added_time_width);
  json["addition_embed_type"] = c.added_time_width > 0 ? Json("text_time") : Json(nullptr);
  json["class_embed_type"] = c.class_embedding == ClassEmbedding::timestep     ? Json("timestep")
                             : c.class_embedding == ClassEmbedding::projection ? Json("projection")
                                                                               : Json(nullptr);
  return json;
}

}  // namespace inkstone::sd
