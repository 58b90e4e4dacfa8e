#include "models/stable_diffusion/layout/original_autoencoder.hpp"

#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone::sd {
namespace {

using fmt::format;

void add_plain_resnet(NameMap& map, const std::string& canonical, const std::string& original) {
  map.emplace_back(canonical, original);
  map.emplace_back(canonical + ".conv_shortcut", original + ".nin_shortcut");
}

void add_middle(NameMap& map, const std::string& half) {
  add_plain_resnet(map, half + ".mid_block.resnets.0", half + ".mid.block_1");
  add_plain_resnet(map, half + ".mid_block.resnets.1", half + ".mid.block_2");
  const auto canonical = half + ".mid_block.attentions.0.", original = half + ".mid.attn_1.";
  const std::pair<const char*, const char*> parts[] = {
      {"group_norm", "norm"}, {"to_q", "q"}, {"to_k", "k"}, {"to_v", "v"}, {"to_out.0", "proj_out"}};
  for (const auto& [ours, theirs] : parts) map.emplace_back(canonical + ours, original + theirs);
  map.emplace_back(half + ".conv_norm_out", half + ".norm_out");
}

bool is_attention_matrix(const std::string& name) {
  if (name.find("mid_block.attentions.") == std::string::npos || !name.ends_with(".weight")) return false;
  return name.find(".to_") != std::string::npos;
}

template <class Reshape>
StateDict with_attention(const StateDict& canonical, Reshape&& reshape) {
  auto result = canonical;
  for (auto& [name, tensor] : result.tensors)
    if (is_attention_matrix(name)) tensor = reshape(tensor);
  return result;
}

}  // namespace

NameMap original_autoencoder_names(const AutoencoderConfig& config) {
  NameMap map;
  const auto levels = static_cast<int64_t>(config.channels.size());
  for (int64_t level = 0; level < levels; ++level) {
    for (int64_t block = 0; block < config.blocks; ++block)
      add_plain_resnet(map, format("encoder.down_blocks.{}.resnets.{}", level, block),
                       format("encoder.down.{}.block.{}", level, block));
    map.emplace_back(format("encoder.down_blocks.{}.downsamplers.0", level), format("encoder.down.{}.downsample", level));
    for (int64_t block = 0; block <= config.blocks; ++block)
      add_plain_resnet(map, format("decoder.up_blocks.{}.resnets.{}", level, block),
                       format("decoder.up.{}.block.{}", levels - 1 - level, block));
    map.emplace_back(format("decoder.up_blocks.{}.upsamplers.0", level), format("decoder.up.{}.upsample", levels - 1 - level));
  }
  add_middle(map, "encoder");
  add_middle(map, "decoder");
  return map;
}

AutoencoderConfig recognise_original_autoencoder(const StateDict& weights) {
  AutoencoderConfig config;
  config.in_channels = weights.at("encoder.conv_in.weight", {-1, -1, 3, 3}).size(1);
  config.out_channels = weights.at("decoder.conv_out.weight", {-1, -1, 3, 3}).size(0);
  config.latent_channels = weights.at("decoder.conv_in.weight", {-1, -1, 3, 3}).size(1);
  config.channels.clear();
  while (weights.contains(format("encoder.down.{}.block.0.conv1.weight", config.channels.size())))
    config.channels.push_back(
        weights.at(format("encoder.down.{}.block.0.conv1.weight", config.channels.size()), {-1, -1, 3, 3}).size(0));
  if (config.channels.empty())
    throw Error(ErrorCategory::corrupt_file, "the autoencoder's blocks are incomplete; get the file again");
  config.blocks = 0;
  while (weights.contains(format("encoder.down.0.block.{}.conv1.weight", config.blocks))) ++config.blocks;
  config.quant_conv = weights.contains("quant_conv.weight");
  config.post_quant_conv = weights.contains("post_quant_conv.weight");
  config.attention = weights.contains("encoder.mid.attn_1.q.weight");
  return config;
}

StateDict with_attention_as_matrices(const StateDict& canonical) {
  return with_attention(canonical, [](const at::Tensor& w) { return w.dim() == 4 ? w.flatten(1) : w; });
}

StateDict with_attention_as_convolutions(const StateDict& canonical) {
  return with_attention(canonical, [](const at::Tensor& w) { return w.dim() == 2 ? w.unsqueeze(2).unsqueeze(3) : w; });
}

StateDict with_new_attention_names(const StateDict& weights) {
  NameMap map;
  for (const std::string half : {"encoder", "decoder"}) {
    const auto attention = half + ".mid_block.attentions.0.";
    const std::pair<const char*, const char*> parts[] = {
        {"to_q", "query"}, {"to_k", "key"}, {"to_v", "value"}, {"to_out.0", "proj_attn"}};
    for (const auto& [now, once] : parts) map.emplace_back(attention + now, attention + once);
  }
  return renamed(weights, map, Direction::to_canonical);
}

}  // namespace inkstone::sd
