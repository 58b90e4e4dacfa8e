#include "models/unclip/config.hpp"

#include <utility>

#include <fmt/format.h>

#include "models/stable_diffusion/config_reader.hpp"

namespace inkstone::unclip {
namespace {

using Json = nlohmann::json;
using sd::ConfigReader;
using Fields = std::vector<std::pair<const char*, Json>>;

void require_all(const ConfigReader& reader, const Fields& fields) {
  for (const auto& [key, built] : fields) reader.require(key, built);
}

int64_t positive(const ConfigReader& reader, const char* key, int64_t otherwise) {
  const auto value = reader.integer(key, otherwise);
  if (value < 1) reader.corrupt(fmt::format("has an impossible '{}': {}", key, value));
  return value;
}

// Whether each block of a side attends to words; any other kind of block is not built.
std::vector<bool> attention_of(const ConfigReader& reader, const char* key, const std::string& plain,
                               const std::string& attending) {
  std::vector<bool> attention;
  for (const auto& name : reader.texts(key, {})) {
    if (name != plain && (attending.empty() || name != attending)) reader.unsupported("the block " + name);
    attention.push_back(name != plain);
  }
  return attention;
}

void read_levels(const ConfigReader& reader, const Json& json, PixelUNetConfig& config, const std::string& attending) {
  const std::string down = attending.empty() ? "" : attending + "DownBlock2D",
                    up = attending.empty() ? "" : attending + "UpBlock2D";
  config.channels = reader.integers("block_out_channels", {320, 640, 960, 1280});
  config.down_attention = attention_of(reader, "down_block_types", "ResnetDownsampleBlock2D", down);
  config.up_attention = attention_of(reader, "up_block_types", "ResnetUpsampleBlock2D", up);
  const auto levels = config.channels.size();
  if (config.down_attention.size() != levels || config.up_attention.size() != levels)
    reader.corrupt(
        fmt::format("has {} widths for {} and {} blocks", levels, config.down_attention.size(), config.up_attention.size()));
  config.blocks = reader.integers("layers_per_block", {2}, levels);
  const bool one_head = json.contains("attention_head_dim") && json["attention_head_dim"].is_null();
  config.head_widths = one_head ? config.channels : reader.integers("attention_head_dim", {8}, levels);
}

void check_levels(const ConfigReader& reader, const PixelUNetConfig& config) {
  for (std::size_t level = 0; level < config.channels.size(); ++level)
    if (config.channels[level] % config.groups != 0)
      reader.corrupt(fmt::format("has {} channels, which {} groups do not divide", config.channels[level], config.groups));
    else if (config.context_width > 0 && config.channels[level] % config.head_widths[level] != 0)
      reader.corrupt(
          fmt::format("has {} channels, which heads of {} do not divide", config.channels[level], config.head_widths[level]));
  const int64_t unit = int64_t(1) << (config.levels() - 1);
  if (config.side % unit != 0)
    reader.corrupt(fmt::format("paints a side of {} pixels, which cannot be halved {} times", config.side, config.levels() - 1));
}

// What both kinds have in common.
PixelUNetConfig read_pixel_unet(const ConfigReader& reader, const Json& json, const std::string& attending) {
  require_all(reader, {{"center_input_sample", false},
                       {"mid_block_scale_factor", 1},
                       {"act_fn", "silu"},
                       {"resnet_time_scale_shift", "scale_shift"},
                       {"time_embedding_type", "positional"},
                       {"num_class_embeds", nullptr}});
  if (!reader.has("resnet_time_scale_shift")) reader.unsupported("'resnet_time_scale_shift' = \"default\"");
  PixelUNetConfig config;
  config.in_channels = positive(reader, "in_channels", 3);
  config.out_channels = positive(reader, "out_channels", 3);
  config.groups = positive(reader, "norm_num_groups", 32);
  config.eps = reader.number("norm_eps", 1e-5);
  config.cosine_first = reader.boolean("flip_sin_to_cos", true);
  config.frequency_shift = reader.number("freq_shift", 0);
  config.side = positive(reader, "sample_size", 64);
  read_levels(reader, json, config, attending);
  return config;
}

}  // namespace

PriorConfig prior_config_of(const Json& json, const std::string& origin) {
  const ConfigReader reader(json, origin);
  require_all(reader, {{"additional_embeddings", 4},
                       {"time_embed_act_fn", "silu"},
                       {"norm_in_type", nullptr},
                       {"embedding_proj_norm_type", nullptr},
                       {"encoder_hid_proj_type", "linear"},
                       {"added_emb_type", "prd"},
                       {"time_embed_dim", nullptr}});
  PriorConfig config;
  config.heads = positive(reader, "num_attention_heads", 32);
  config.head_width = positive(reader, "attention_head_dim", 64);
  config.layers = positive(reader, "num_layers", 20);
  config.embedding = positive(reader, "embedding_dim", 768);
  config.words = positive(reader, "num_embeddings", 77);
  for (const char* key : {"embedding_proj_dim", "clip_embed_dim"}) reader.require(key, config.embedding);
  return config;
}

ProjectionConfig projection_config_of(const Json& json, const std::string& origin) {
  const ConfigReader reader(json, origin);
  ProjectionConfig config;
  config.tokens = positive(reader, "clip_extra_context_tokens", 4);
  config.embedding = positive(reader, "clip_embeddings_dim", 768);
  config.time_width = positive(reader, "time_embed_dim", 0);
  config.context_width = positive(reader, "cross_attention_dim", 0);
  return config;
}

PixelUNetConfig decoder_config_of(const Json& json, const std::string& origin) {
  const ConfigReader reader(json, origin);
  require_all(reader, {{"mid_block_type", "UNetMidBlock2DSimpleCrossAttn"},
                       {"class_embed_type", "identity"},
                       {"only_cross_attention", false},
                       {"mid_block_only_cross_attention", false},
                       {"cross_attention_norm", nullptr},
                       {"dual_cross_attention", false},
                       {"encoder_hid_dim", nullptr},
                       {"addition_embed_type", nullptr},
                       {"resnet_skip_time_act", false},
                       {"resnet_out_scale_factor", 1},
                       {"time_embedding_dim", nullptr},
                       {"time_embedding_act_fn", nullptr},
                       {"timestep_post_act", nullptr},
                       {"time_cond_proj_dim", nullptr},
                       {"conv_in_kernel", 3},
                       {"conv_out_kernel", 3},
                       {"num_attention_heads", nullptr},
                       {"class_embeddings_concat", false}});
  if (!reader.has("class_embed_type")) reader.unsupported("a decoder that takes no embedding of a picture");
  auto config = read_pixel_unet(reader, json, "SimpleCrossAttn");
  config.context_width = positive(reader, "cross_attention_dim", 1280);
  config.middle = MiddleAttention::words;
  config.told = true;
  if (config.out_channels != config.in_channels && config.out_channels != 2 * config.in_channels)
    reader.corrupt(fmt::format("turns {} channels into {}", config.in_channels, config.out_channels));
  check_levels(reader, config);
  return config;
}

PixelUNetConfig upsampler_config_of(const Json& json, const std::string& origin) {
  const ConfigReader reader(json, origin);
  require_all(
      reader,
      {{"class_embed_type", nullptr}, {"attn_norm_num_groups", nullptr}, {"downsample_type", "conv"}, {"upsample_type", "conv"}});
  auto config = read_pixel_unet(reader, json, "");
  config.middle = reader.boolean("add_attention", true) ? MiddleAttention::pixels : MiddleAttention::none;
  if (config.in_channels % 2 != 0)
    reader.corrupt(
        fmt::format("takes {} channels, where a picture and a smaller one beside it were expected", config.in_channels));
  if (config.channels.back() % config.head_widths.back() != 0) reader.corrupt("has heads that do not divide its channels");
  check_levels(reader, config);
  return config;
}

ScheduleConfig schedule_config_of(const Json& json, const std::string& origin) {
  const ConfigReader reader(json, origin);
  require_all(reader, {{"_class_name", "UnCLIPScheduler"}, {"beta_schedule", "squaredcos_cap_v2"}});
  ScheduleConfig config;
  config.train_steps = reader.integer("num_train_timesteps", 1000);
  if (config.train_steps < 2) reader.corrupt("has an impossible noise schedule");
  const auto variance = reader.text("variance_type", "fixed_small_log"), prediction = reader.text("prediction_type", "epsilon");
  if (variance != "fixed_small_log" && variance != "learned_range") reader.unsupported("'variance_type' = " + variance);
  if (prediction != "epsilon" && prediction != "sample") reader.unsupported("'prediction_type' = " + prediction);
  config.learned_variance = variance == "learned_range";
  config.predicts_sample = prediction == "sample";
  if (reader.boolean("clip_sample", true)) config.clip = reader.number("clip_sample_range", 1);
  if (config.clip && !(*config.clip > 0)) reader.corrupt("clips its estimate to nothing");
  return config;
}

}  // namespace inkstone::unclip
