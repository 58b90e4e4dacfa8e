#include "models/stable_diffusion/layout/original_unet.hpp"

#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "models/stable_diffusion/layout/canonical_unet.hpp"

namespace inkstone::sd {
namespace {

using fmt::format;

void add_resnet(NameMap& map, const std::string& canonical, const std::string& original) {
  const std::pair<const char*, const char*> parts[] = {{"norm1", "in_layers.0"},          {"conv1", "in_layers.2"},
                                                       {"time_emb_proj", "emb_layers.1"}, {"norm2", "out_layers.0"},
                                                       {"conv2", "out_layers.3"},         {"conv_shortcut", "skip_connection"}};
  for (const auto& [ours, theirs] : parts) map.emplace_back(canonical + "." + ours, original + "." + theirs);
}

void add_embeddings(NameMap& map, const UNetConfig& config) {
  const auto add = [&](const std::string& canonical, const std::string& original) {
    map.emplace_back(canonical + ".linear_1", original + ".0");
    map.emplace_back(canonical + ".linear_2", original + ".2");
  };
  add("time_embedding", "time_embed");
  map.emplace_back("time_embedding.cond_proj", "time_embed.cond_proj");
  if (config.added_time_width > 0)
    add("add_embedding", "label_emb.0");
  else if (config.class_embedding == ClassEmbedding::lookup)
    map.emplace_back("class_embedding", "label_emb");
  else if (config.class_embedding != ClassEmbedding::none)
    add("class_embedding", "label_emb.0");
}

void add_way_down(NameMap& map, const UNetConfig& config) {
  int64_t n = 0;
  map.emplace_back("conv_in", "input_blocks.0.0");
  for (int64_t level = 0; level < config.levels(); ++level) {
    for (int64_t block = 0; block < config.blocks[level]; ++block) {
      add_resnet(map, format("down_blocks.{}.resnets.{}", level, block), format("input_blocks.{}.0", ++n));
      if (config.down_attention[level])
        map.emplace_back(format("down_blocks.{}.attentions.{}", level, block), format("input_blocks.{}.1", n));
    }
    if (level + 1 < config.levels())
      map.emplace_back(format("down_blocks.{}.downsamplers.0.conv", level), format("input_blocks.{}.0.op", ++n));
  }
}

void add_way_up(NameMap& map, const UNetConfig& config) {
  int64_t n = 0;
  for (int64_t place = 0; place < config.levels(); ++place) {
    const int64_t blocks = config.blocks[config.levels() - 1 - place] + 1;
    for (int64_t block = 0; block < blocks; ++block, ++n) {
      add_resnet(map, format("up_blocks.{}.resnets.{}", place, block), format("output_blocks.{}.0", n));
      if (config.up_attention[place])
        map.emplace_back(format("up_blocks.{}.attentions.{}", place, block), format("output_blocks.{}.1", n));
      if (block + 1 == blocks && place + 1 < config.levels())
        map.emplace_back(format("up_blocks.{}.upsamplers.0.conv", place),
                         format("output_blocks.{}.{}.conv", n, config.up_attention[place] ? 2 : 1));
    }
  }
}

int64_t transformer_depth(const StateDict& weights, const std::string& attention) {
  int64_t depth = 0;
  while (weights.contains(format("{}.transformer_blocks.{}.norm1.weight", attention, depth))) ++depth;
  return depth;
}

// One level of the way down at a time, until its blocks are all read.
struct LevelReader {
  const StateDict& weights;
  UNetConfig& config;

  void start_level() {
    config.channels.push_back(0);
    config.blocks.push_back(0);
    config.down_attention.push_back(false);
    config.transformer_layers.push_back(1);
  }

  void read_block(int64_t n) {
    const auto resnet = format("input_blocks.{}.0.in_layers.2.weight", n), attention = format("input_blocks.{}.1", n);
    config.channels.back() = weights.at(resnet, {-1, -1, 3, 3}).size(0);
    ++config.blocks.back();
    if (const auto depth = transformer_depth(weights, attention); depth > 0) {
      config.down_attention.back() = true;
      config.transformer_layers.back() = depth;
      config.context_width = weights.at(attention + ".transformer_blocks.0.attn2.to_k.weight", {-1, -1}).size(1);
      config.linear_projection = weights.at(attention + ".proj_in.weight").dim() == 2;
    }
  }
};

void read_levels(const StateDict& weights, UNetConfig& config) {
  LevelReader reader{weights, config};
  config.channels.clear(), config.blocks.clear(), config.down_attention.clear(), config.transformer_layers.clear();
  reader.start_level();
  for (int64_t n = 1; n < 256; ++n) {
    if (weights.contains(format("input_blocks.{}.0.op.weight", n)))
      reader.start_level();
    else if (weights.contains(format("input_blocks.{}.0.in_layers.2.weight", n)))
      reader.read_block(n);
    else
      break;
  }
  if (config.blocks.back() == 0 || config.levels() < 2)
    throw Error(ErrorCategory::corrupt_file, "the U-Net's blocks are incomplete; get the file again");
  if (const auto depth = transformer_depth(weights, "middle_block.1"); depth > 0) config.transformer_layers.back() = depth;
  config.up_attention.assign(config.down_attention.rbegin(), config.down_attention.rend());
}

void read_embeddings(const StateDict& weights, UNetConfig& config) {
  if (weights.contains("label_emb.weight")) {
    config.class_embedding = ClassEmbedding::lookup;
    config.num_classes = weights.at("label_emb.weight", {-1, -1}).size(0);
  } else if (weights.contains("label_emb.0.0.weight")) {
    config.projection_width = weights.at("label_emb.0.0.weight", {-1, -1}).size(1);
    // 1536 and 2048: the image embeddings of unCLIP with their noise; XL's 2816 and 2560: a pooled prompt and sizes of 256 each
    if (config.linear_projection && config.context_width != 1024)
      config.added_time_width = 256;
    else
      config.class_embedding = ClassEmbedding::projection;
  }
  if (weights.contains("time_embed.cond_proj.weight"))
    config.guidance_width = weights.at("time_embed.cond_proj.weight", {-1, -1}).size(1);
}

}  // namespace

NameMap original_encoder_names(const UNetConfig& config) {
  NameMap map;
  add_embeddings(map, config);
  add_way_down(map, config);
  add_resnet(map, "mid_block.resnets.0", "middle_block.0");
  map.emplace_back("mid_block.attentions.0", "middle_block.1");
  add_resnet(map, "mid_block.resnets.1", "middle_block.2");
  return map;
}

NameMap original_unet_names(const UNetConfig& config) {
  auto map = original_encoder_names(config);
  add_way_up(map, config);
  map.emplace_back("conv_norm_out", "out.0");
  map.emplace_back("conv_out", "out.2");
  return map;
}

UNetConfig recognise_original_unet(const StateDict& weights) {
  UNetConfig config;
  config.in_channels = weights.at("input_blocks.0.0.weight", {-1, -1, 3, 3}).size(1);
  if (weights.contains("out.2.weight")) config.out_channels = weights.at("out.2.weight", {-1, -1, 3, 3}).size(0);
  read_levels(weights, config);
  read_embeddings(weights, config);
  config.heads = usual_heads(config);
  if (config.added_time_width > 0) config.sample_size = 128;
  return config;
}

}  // namespace inkstone::sd
