#include "models/stable_diffusion/control_net.hpp"

#include <cmath>

#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "models/stable_diffusion/config_reader.hpp"

namespace inkstone::sd {
namespace {

nn::FrozenConv2d zero_convolution(int64_t channels) {
  return nn::FrozenConv2d(channels, channels, 1, 1, 0);
}

}  // namespace

ControlNetConfig control_net_config_of(const nlohmann::json& json, const std::string& origin) {
  const ConfigReader reader(json, origin);
  ControlNetConfig config;
  config.unet = unet_config_of(json, origin);
  config.picture_channels = reader.integer("conditioning_channels", 3);
  config.embedding_channels = reader.integers("conditioning_embedding_out_channels", config.embedding_channels);
  const auto order = reader.text("controlnet_conditioning_channel_order", "rgb");
  if (order != "rgb" && order != "bgr") reader.corrupt("has an unknown order of channels: " + order);
  config.bgr = order == "bgr";
  config.pooled = reader.boolean("global_pool_conditions", false);
  if (config.picture_channels < 1) reader.corrupt("has an impossible number of channels");
  return config;
}

ControlPictureImpl::ControlPictureImpl(const ControlNetConfig& config)
    : conv_in(config.picture_channels, config.embedding_channels.front()),
      conv_out(config.embedding_channels.back(), config.unet.channels.front()) {
  register_module("conv_in", conv_in);
  for (std::size_t i = 0; i + 1 < config.embedding_channels.size(); ++i) {
    const int64_t width = config.embedding_channels[i];
    blocks->push_back(nn::FrozenConv2d(width, width));
    blocks->push_back(nn::FrozenConv2d(width, config.embedding_channels[i + 1], 3, 2));
  }
  register_module("blocks", blocks);
  register_module("conv_out", conv_out);
}

at::Tensor ControlPictureImpl::forward(const at::Tensor& picture) {
  auto h = at::silu(conv_in(picture));
  for (const auto& block : *blocks) h = at::silu(block->as<nn::FrozenConv2dImpl>()->forward(h));
  return conv_out(h);
}

ControlNetModelImpl::ControlNetModelImpl(const ControlNetConfig& config)
    : config_(config),
      conv_in(config.unet.in_channels, config.unet.channels.front()),
      embed_(*this, config.unet),
      controlnet_cond_embedding(config),
      mid_block(config.unet),
      controlnet_mid_block(zero_convolution(config.unet.channels.back())) {
  register_module("conv_in", conv_in);
  register_module("controlnet_cond_embedding", controlnet_cond_embedding);
  for (int64_t level = 0; level < config.unet.levels(); ++level) down_blocks->push_back(DownLevel(level, config.unet));
  for (const auto channels : skip_channels(config.unet)) controlnet_down_blocks->push_back(zero_convolution(channels));
  register_module("down_blocks", down_blocks);
  register_module("mid_block", mid_block);
  register_module("controlnet_down_blocks", controlnet_down_blocks);
  register_module("controlnet_mid_block", controlnet_mid_block);
  eval();
}

at::Tensor ControlNetModelImpl::seen(const at::Tensor& x, const at::Tensor& picture) {
  const auto turned = config_.bgr ? picture.flip({1}) : picture;
  const auto hint = controlnet_cond_embedding(turned.to(x.scalar_type()).contiguous(at::MemoryFormat::ChannelsLast));
  if (hint.size(2) != x.size(2) || hint.size(3) != x.size(3))
    throw Error(ErrorCategory::bad_argument,
                fmt::format("the control picture should be {}x{}, the size of what is painted", 8 * x.size(3), 8 * x.size(2)));
  return conv_in(x.contiguous(at::MemoryFormat::ChannelsLast)) + hint;
}

Residuals ControlNetModelImpl::forward(const at::Tensor& x, const at::Tensor& time, const Conditioning& condition,
                                       const at::Tensor& picture, double scale, bool guess) {
  if (x.dim() != 4 || x.size(1) != config_.unet.in_channels || picture.dim() != 4 || picture.size(1) != config_.picture_channels)
    throw Error(ErrorCategory::bad_argument, fmt::format("the control network takes latents of {} channels and a picture of {}",
                                                         config_.unet.in_channels, config_.picture_channels));
  check_context(condition.context, x.size(0), config_.unet);
  const at::NoGradGuard constant;
  const auto context = condition.context.to(x.scalar_type()), active = embed_(time, condition, x.scalar_type());
  auto h = seen(x, picture);
  std::vector<at::Tensor> skips = {h};
  for (const auto& block : *down_blocks) h = block->as<DownLevelImpl>()->forward(h, active, context, {}, skips);
  return steer(skips, mid_block(h, active, context), scale, guess);
}

Residuals ControlNetModelImpl::steer(const std::vector<at::Tensor>& skips, const at::Tensor& middle, double scale, bool guess) {
  const auto mean = [&](const at::Tensor& t) { return config_.pooled ? t.mean({2, 3}, true) : t; };
  // 0.1 to 1 in equal factors
  const auto weight = [&](std::size_t place) {
    return guess && !config_.pooled ? scale * std::pow(10.0, static_cast<double>(place) / static_cast<double>(skips.size()) - 1)
                                    : scale;
  };
  Residuals residuals;
  for (std::size_t i = 0; i < skips.size(); ++i)
    residuals.down.push_back(mean(controlnet_down_blocks->at<nn::FrozenConv2dImpl>(i).forward(skips[i]) * weight(i)));
  residuals.middle = mean(controlnet_mid_block(middle) * weight(skips.size()));
  return residuals;
}

Residuals sum_of(const std::vector<Residuals>& all) {
  Residuals sum;
  for (const auto& one : all) {
    if (sum.down.empty()) {
      sum = one;
      continue;
    }
    if (one.down.size() != sum.down.size())
      throw Error(ErrorCategory::bad_argument, "the control networks are of different versions; use those of the model's own");
    for (std::size_t i = 0; i < one.down.size(); ++i) sum.down[i] = sum.down[i] + one.down[i];
    sum.middle = sum.middle + one.middle;
  }
  return sum;
}

}  // namespace inkstone::sd
