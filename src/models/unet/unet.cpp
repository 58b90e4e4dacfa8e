#include "models/unet/unet.hpp"

#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

[[noreturn]] void refuse(const std::string& message) {
  throw Error(ErrorCategory::bad_argument, message);
}

bool ends_with(const std::string& name, std::string_view end) {
  return name.size() >= end.size() && name.compare(name.size() - end.size(), end.size(), end) == 0;
}

bool starts_at_zero(const std::string& name) {
  return ends_with(name, "conv2.weight") || ends_with(name, "to_out.0.weight") || name == "conv_out.weight";
}

torch::nn::Conv2d three_by_three(int64_t in, int64_t out) {
  return torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, 3).padding(1));
}

}  // namespace

void check_unet_config(const UnetConfig& config) {
  if (config.multipliers.empty() || config.blocks < 1) refuse("a U-Net needs at least one level and one block to a level");
  if (config.width < 4 || config.width % 4 != 0)
    refuse(fmt::format("the width of a U-Net must be a multiple of 4, not {}", config.width));
  if (config.dropout < 0 || config.dropout >= 1)
    refuse(fmt::format("dropout must be at least 0 and below 1, not {}", config.dropout));
  for (const auto multiplier : config.multipliers)
    if (multiplier < 1) refuse("the multipliers of a U-Net's width must be at least 1");
  for (const auto level : config.attention_levels)
    if (level < 0 || level >= config.levels())
      refuse(fmt::format("attention at level {} of a U-Net that has levels 0 to {}", level, config.levels() - 1));
  for (int64_t level = 0; level < config.levels(); ++level)
    if (config.heads < 1 || config.channels(level) % config.heads != 0)
      refuse(fmt::format("{} attention heads do not divide {} channels; choose a divisor", config.heads, config.channels(level)));
}

UnetImpl::UnetImpl(const UnetConfig& config) : config_(config) {
  check_unet_config(config);
  conv_in = register_module("conv_in", three_by_three(config.in_channels, config.width));
  time_embedding = register_module("time_embedding", nn::TimeEmbedding(config.width, config.embedding()));
  if (config.classes > 0)
    class_embedding = register_module("class_embedding", torch::nn::Embedding(config.classes + 1, config.embedding()));
  std::vector<int64_t> skips = {config.width};
  for (int64_t level = 0; level < config.levels(); ++level) {
    down_blocks->push_back(DownBlock(level, config));
    skips.insert(skips.end(), config.blocks + (level + 1 < config.levels()), config.channels(level));
  }
  mid_block = MiddleBlock(config);
  for (int64_t level = config.levels() - 1; level >= 0; --level)
    up_blocks->push_back(UpBlock(level, config.channels(std::min(level + 1, config.levels() - 1)), skips, config));
  register_module("down_blocks", down_blocks);
  register_module("mid_block", mid_block);
  register_module("up_blocks", up_blocks);
  conv_norm_out = register_module("conv_norm_out", nn::GroupNorm(config.width * config.multipliers.front(), 1e-5, config.groups));
  conv_out = register_module("conv_out", three_by_three(config.width * config.multipliers.front(), config.out_channels));
  initialise();
}

void UnetImpl::initialise() {
  const at::NoGradGuard fixed;
  for (auto& item : named_parameters()) {
    auto& value = item.value();
    if (starts_at_zero(item.key()) || ends_with(item.key(), "bias")) {
      value.zero_();
    } else if (value.dim() >= 2 && !ends_with(item.key(), "class_embedding.weight")) {
      torch::nn::init::xavier_uniform_(value);
    }
    if (value.dim() == 4) value.set_data(value.contiguous(at::MemoryFormat::ChannelsLast));
  }
}

at::Tensor UnetImpl::embed(const at::Tensor& time, const at::Tensor& labels) {
  const auto embedding = time_embedding(time);
  if (!class_embedding) return embedding;
  if (!labels.defined()) return embedding + class_embedding->weight[config_.classes];
  return embedding + class_embedding(at::where(labels < 0, config_.classes, labels));
}

at::Tensor UnetImpl::forward(const at::Tensor& x, const at::Tensor& time, const at::Tensor& labels) {
  const auto active = at::silu(embed(time, labels));
  auto h = conv_in(x.contiguous(at::MemoryFormat::ChannelsLast));
  std::vector<at::Tensor> skips = {h};
  for (const auto& block : *down_blocks) h = block->as<DownBlockImpl>()->forward(h, active, skips);
  h = mid_block(h, active);
  for (const auto& block : *up_blocks) h = block->as<UpBlockImpl>()->forward(h, active, skips);
  return conv_out(conv_norm_out->silu(h));
}

}  // namespace inkstone
