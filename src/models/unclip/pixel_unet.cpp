#include "models/unclip/pixel_unet.hpp"

#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "models/stable_diffusion/unet.hpp"

namespace inkstone::unclip {
namespace {

[[noreturn]] void misfit(const std::string& what) {
  throw Error(ErrorCategory::bad_argument, what);
}

}  // namespace

PixelUNetImpl::PixelUNetImpl(const PixelUNetConfig& config)
    : config_(config),
      conv_in(config.in_channels, config.channels.front()),
      conv_out(config.channels.front(), config.out_channels),
      time_embedding(config.channels.front(), config.time_width()),
      mid_block(config),
      conv_norm_out(config.groups, config.channels.front(), config.eps) {
  register_module("conv_in", conv_in);
  register_module("time_embedding", time_embedding);
  for (int64_t level = 0; level < config.levels(); ++level) down_blocks->push_back(DownLevel(level, config));
  auto skips = sd::skip_channels(config.channels, config.blocks);
  for (int64_t place = 0; place < config.levels(); ++place) up_blocks->push_back(UpLevel(place, skips, config));
  register_module("down_blocks", down_blocks);
  register_module("mid_block", mid_block);
  register_module("up_blocks", up_blocks);
  register_module("conv_norm_out", conv_norm_out);
  register_module("conv_out", conv_out);
  eval();
}

void PixelUNetImpl::check(const at::Tensor& x, const at::Tensor& context, const at::Tensor& added) const {
  const int64_t unit = int64_t(1) << (config_.levels() - 1);
  if (x.dim() != 4 || x.size(1) != config_.in_channels || x.size(2) % unit != 0 || x.size(3) % unit != 0)
    misfit(fmt::format("the network takes pictures of {} channels whose sides are multiples of {}", config_.in_channels, unit));
  if (config_.context_width > 0 &&
      (!context.defined() || context.dim() != 3 || context.size(0) != x.size(0) || context.size(2) != config_.context_width))
    misfit(fmt::format("the network takes a context of {} numbers to a token", config_.context_width));
  if (config_.told && (!added.defined() || added.dim() != 2 || added.size(1) != config_.time_width()))
    misfit(fmt::format("the network is told {} numbers besides the time", config_.time_width()));
}

at::Tensor PixelUNetImpl::forward(const at::Tensor& x, const at::Tensor& time, const at::Tensor& context,
                                  const at::Tensor& added) {
  check(x, context, added);
  const auto dtype = x.scalar_type();
  auto embedding = time_embedding(
      sd::time_projection(time, config_.channels.front(), config_.cosine_first, config_.frequency_shift).to(dtype));
  if (config_.told) embedding = embedding + added.to(dtype);
  const auto active = at::silu(embedding), words = context.defined() ? context.to(dtype) : context;
  auto h = conv_in(x.contiguous(at::MemoryFormat::ChannelsLast));
  std::vector<at::Tensor> skips = {h};
  for (const auto& level : *down_blocks) h = level->as<DownLevelImpl>()->forward(h, active, words, skips);
  h = mid_block(h, active, words);
  for (const auto& level : *up_blocks) h = level->as<UpLevelImpl>()->forward(h, active, words, skips);
  return conv_out(conv_norm_out->silu(h));
}

}  // namespace inkstone::unclip
