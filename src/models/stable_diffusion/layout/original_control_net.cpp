#include "models/stable_diffusion/layout/original_control_net.hpp"

#include <fmt/format.h>

#include "models/stable_diffusion/layout/original_unet.hpp"

namespace inkstone::sd {

// input_hint_block: convolutions at even places, activations between.
NameMap original_control_names(const ControlNetConfig& config) {
  auto map = original_encoder_names(config.unet);
  const auto layers = 2 * (config.embedding_channels.size() - 1);
  map.emplace_back("controlnet_cond_embedding.conv_in", "input_hint_block.0");
  for (std::size_t i = 0; i < layers; ++i)
    map.emplace_back(fmt::format("controlnet_cond_embedding.blocks.{}", i), fmt::format("input_hint_block.{}", 2 * (i + 1)));
  map.emplace_back("controlnet_cond_embedding.conv_out", fmt::format("input_hint_block.{}", 2 * (layers + 1)));
  for (std::size_t i = 0; i < skip_channels(config.unet).size(); ++i)
    map.emplace_back(fmt::format("controlnet_down_blocks.{}", i), fmt::format("zero_convs.{}.0", i));
  map.emplace_back("controlnet_mid_block", "middle_block_out.0");
  return map;
}

}  // namespace inkstone::sd
