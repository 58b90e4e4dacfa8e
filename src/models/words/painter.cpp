#include "models/words/painter.hpp"

#include <numeric>

#include "nn/thaw.hpp"

namespace inkstone::words {
namespace {

constexpr int64_t kMostGroups = 32;

sd::UNetConfig unet_config(const PainterConfig& c) {
  const auto levels = c.unet_channels.size();
  sd::UNetConfig config;
  config.in_channels = config.out_channels = c.channels;
  config.channels = c.unet_channels;
  config.down_attention = config.up_attention = std::vector<bool>(levels, true);
  config.blocks = config.transformer_layers = std::vector<int64_t>(levels, 1);
  config.heads = std::vector<int64_t>(levels, c.heads);
  config.context_width = c.text_features;
  config.linear_projection = true;
  config.groups = kMostGroups;
  for (const auto width : config.channels) config.groups = std::gcd(config.groups, width);
  return config;
}

}  // namespace

PainterImpl::PainterImpl(const PainterConfig& config) : text_encoder(config), config_(config) {
  register_module("text_encoder", text_encoder);
  if (config.unet_channels.empty()) {
    transformer = register_module("transformer", Transformer(config));
    return;
  }
  unet = register_module("unet", sd::UNet2DConditionModel(unet_config(config)));
  nn::thaw(*unet);
}

at::Tensor PainterImpl::paint(const at::Tensor& x, const at::Tensor& time, const at::Tensor& words,
                              nn::AttentionListener* listener) {
  if (transformer) return transformer(x, time, words, listener);
  const sd::Heard heard(unet, listener);
  sd::Conditioning told;
  told.context = words;
  return unet(x, time, told).to(at::kFloat);
}

void PainterImpl::recompute_blocks() {
  if (transformer)
    transformer->recompute_blocks = true;
  else
    unet->recompute_blocks(true);
}

}  // namespace inkstone::words
