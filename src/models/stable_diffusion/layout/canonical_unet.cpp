#include "models/stable_diffusion/layout/canonical_unet.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone::sd {
namespace {

// "down_blocks.{}.resnets.{}" and the like: how many there are.
template <class Name>
int64_t count_of(const StateDict& weights, Name&& name) {
  int64_t count = 0;
  while (weights.contains(name(count))) ++count;
  return count;
}

void read_attention(const StateDict& weights, const std::string& attention, UNetConfig& config) {
  config.transformer_layers.back() =
      count_of(weights, [&](int64_t layer) { return fmt::format("{}.transformer_blocks.{}.norm1.weight", attention, layer); });
  config.context_width = weights.at(attention + ".transformer_blocks.0.attn2.to_k.weight", {-1, -1}).size(1);
  config.linear_projection = weights.at(attention + ".proj_in.weight").dim() == 2;
}

void read_level(const StateDict& weights, int64_t level, UNetConfig& config) {
  const auto part = fmt::format("down_blocks.{}.", level);
  config.channels.push_back(weights.at(part + "resnets.0.conv1.weight", {-1, -1, 3, 3}).size(0));
  config.blocks.push_back(
      count_of(weights, [&](int64_t block) { return fmt::format("{}resnets.{}.conv1.weight", part, block); }));
  config.transformer_layers.push_back(1);
  config.down_attention.push_back(weights.contains(part + "attentions.0.norm.weight"));
  if (config.down_attention.back()) read_attention(weights, part + "attentions.0", config);
}

void read_vectors(const StateDict& weights, UNetConfig& config) {
  const auto width_of = [&](const char* name) { return weights.contains(name) ? weights.at(name, {-1, -1}).size(1) : 0; };
  if ((config.projection_width = width_of("add_embedding.linear_1.weight")) > 0) config.added_time_width = 256;
  if (weights.contains("class_embedding.weight")) {
    config.class_embedding = ClassEmbedding::lookup;
    config.num_classes = weights.at("class_embedding.weight", {-1, -1}).size(0);
  } else if (const auto width = width_of("class_embedding.linear_1.weight"); width > 0) {
    config.class_embedding = ClassEmbedding::projection;
    config.projection_width = width;
  }
  config.guidance_width = width_of("time_embedding.cond_proj.weight");
}

}  // namespace

std::vector<int64_t> usual_heads(const UNetConfig& config) {
  std::vector<int64_t> heads;
  for (const auto width : config.channels) heads.push_back(config.context_width == 768 ? 8 : std::max<int64_t>(1, width / 64));
  return heads;
}

UNetConfig recognise_canonical_unet(const StateDict& weights) {
  UNetConfig config;
  config.in_channels = weights.at("conv_in.weight", {-1, -1, 3, 3}).size(1);
  if (weights.contains("conv_out.weight")) config.out_channels = weights.at("conv_out.weight", {-1, -1, 3, 3}).size(0);
  config.channels.clear(), config.blocks.clear(), config.down_attention.clear(), config.transformer_layers.clear();
  const auto levels =
      count_of(weights, [](int64_t level) { return fmt::format("down_blocks.{}.resnets.0.conv1.weight", level); });
  if (levels < 2) throw Error(ErrorCategory::corrupt_file, "the network's blocks are incomplete; get the file again");
  for (int64_t level = 0; level < levels; ++level) read_level(weights, level, config);
  if (weights.contains("mid_block.attentions.0.norm.weight")) read_attention(weights, "mid_block.attentions.0", config);
  config.up_attention.assign(config.down_attention.rbegin(), config.down_attention.rend());
  read_vectors(weights, config);
  config.heads = usual_heads(config);
  return config;
}

}  // namespace inkstone::sd
