#include "models/stable_diffusion/unet.hpp"

#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone::sd {
namespace {

[[noreturn]] void unfit(const std::string& what) { throw Error(ErrorCategory::bad_argument, what); }

}  // namespace

std::vector<int64_t> skip_channels(const UNetConfig& config) {
  std::vector<int64_t> skips = {config.channels.front()};
  for (int64_t level = 0; level < config.levels(); ++level)
    skips.insert(skips.end(), config.blocks.at(level) + (level + 1 < config.levels() ? 1 : 0), config.channels.at(level));
  return skips;
}

void check_context(const at::Tensor& context, int64_t batch, const UNetConfig& config) {
  if (!context.defined() || context.dim() != 3 || context.size(0) != batch || context.size(2) != config.context_width)
    unfit(fmt::format("the network takes a prompt of {} numbers to a token, one for each of the {} pictures; the text encoder is another model's",
                      config.context_width, batch));
}

UNet2DConditionModelImpl::UNet2DConditionModelImpl(const UNetConfig& config)
    : config_(config),
      conv_in(config.in_channels, config.channels.front()),
      conv_out(config.channels.front(), config.out_channels),
      embed_(*this, config),
      mid_block(config),
      conv_norm_out(config.groups, config.channels.front(), config.eps) {
  register_module("conv_in", conv_in);
  for (int64_t level = 0; level < config.levels(); ++level) down_blocks->push_back(DownLevel(level, config));
  auto skips = skip_channels(config);
  for (int64_t place = 0; place < config.levels(); ++place) up_blocks->push_back(UpLevel(place, skips, config));
  register_module("down_blocks", down_blocks);
  register_module("mid_block", mid_block);
  register_module("up_blocks", up_blocks);
  register_module("conv_norm_out", conv_norm_out);
  register_module("conv_out", conv_out);
  eval();
}

void UNet2DConditionModelImpl::check(const at::Tensor& x, const Conditioning& condition, const Residuals& residuals) const {
  if (x.dim() != 4 || x.size(1) != config_.in_channels)
    unfit(fmt::format("the network takes latents of {} channels, not {}", config_.in_channels, x.dim() == 4 ? x.size(1) : 0));
  check_context(condition.context, x.size(0), config_);
  const auto skips = skip_channels(config_).size();
  if (!residuals.down.empty() && residuals.down.size() != skips)
    unfit(fmt::format("the control network gives {} features where this network takes {}; it is of another version", residuals.down.size(), skips));
  const auto features = static_cast<int64_t>(residuals.adapter.size());
  if (features != 0 && features != config_.levels() && features != config_.levels() + 1)
    unfit(fmt::format("the adapter gives {} features where this network takes {}; it is of another version", features, config_.levels()));
}

at::Tensor UNet2DConditionModelImpl::forward(const at::Tensor& x, const at::Tensor& time, const Conditioning& condition,
                                             const Residuals& residuals) {
  check(x, condition, residuals);
  const at::NoGradGuard constant;
  const auto dtype = x.scalar_type();
  const auto context = condition.context.to(dtype), active = embed_(time, condition, dtype);
  auto h = conv_in(x.contiguous(at::MemoryFormat::ChannelsLast));
  std::vector<at::Tensor> skips = {h};
  for (std::size_t level = 0; level < down_blocks->size(); ++level) {
    const auto adapter = residuals.adapter.empty() ? at::Tensor() : residuals.adapter[level].to(dtype);
    h = down_blocks->at<DownLevelImpl>(level).forward(h, active, context, adapter, skips);
  }
  for (std::size_t i = 0; i < residuals.down.size(); ++i) skips[i] = skips[i] + residuals.down[i].to(dtype);
  h = mid_block(h, active, context);
  if (residuals.adapter.size() > down_blocks->size() && residuals.adapter.back().sizes() == h.sizes()) h = h + residuals.adapter.back().to(dtype);
  if (residuals.middle.defined()) h = h + residuals.middle.to(dtype);
  for (const auto& block : *up_blocks) h = block->as<UpLevelImpl>()->forward(h, active, context, skips);
  return conv_out(conv_norm_out->silu(h));
}

}  // namespace inkstone::sd
