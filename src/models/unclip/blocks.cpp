#include "models/unclip/blocks.hpp"

#include <algorithm>

#include <ATen/ATen.h>

#include "nn/attention.hpp"
#include "nn/resampling.hpp"

namespace inkstone::unclip {
namespace {

WordAttention words_at(int64_t level, const PixelUNetConfig& config) {
  const auto at = static_cast<std::size_t>(level);
  return WordAttention(config.channels[at], config.head_widths[at], config.context_width, config.groups);
}

at::Tensor through_block(torch::nn::ModuleList& resnets, torch::nn::ModuleList& attentions, std::size_t place,
                         const at::Tensor& x, const at::Tensor& active, const at::Tensor& context) {
  const auto y = resnets->at<ScaledBlockImpl>(place).forward(x, active);
  return place < attentions->size() ? attentions->at<WordAttentionImpl>(place).forward(y, context) : y;
}

template <class T>
T popped(std::vector<T>& values) {
  const T last = values.back();
  values.pop_back();
  return last;
}

}  // namespace

ScaledBlockImpl::ScaledBlockImpl(int64_t in, int64_t out, const PixelUNetConfig& config, SizeChange change)
    : change_(change),
      norm1(config.groups, in, config.eps),
      norm2(config.groups, out, config.eps),
      conv1(in, out),
      conv2(out, out),
      time_emb_proj(config.time_width(), 2 * out) {
  register_module("norm1", norm1);
  register_module("conv1", conv1);
  register_module("time_emb_proj", time_emb_proj);
  register_module("norm2", norm2);
  register_module("conv2", conv2);
  if (in != out) conv_shortcut = register_module("conv_shortcut", nn::FrozenConv2d(in, out, 1, 1, 0));
}

at::Tensor ScaledBlockImpl::resized(const at::Tensor& x) const {
  if (change_ == SizeChange::none) return x;
  return (change_ == SizeChange::halved ? at::avg_pool2d(x, 2) : nn::doubled(x)).contiguous(at::MemoryFormat::ChannelsLast);
}

at::Tensor ScaledBlockImpl::forward(const at::Tensor& x, const at::Tensor& active) {
  const auto h = conv1(resized(norm1->silu(x))), kept = resized(x);
  const auto turned = time_emb_proj(active).unsqueeze(2).unsqueeze(3).chunk(2, 1);
  const auto told = at::silu(norm2(h) * (turned[0] + 1) + turned[1]).contiguous(at::MemoryFormat::ChannelsLast);
  return conv2(told, conv_shortcut ? conv_shortcut(kept) : kept);
}

WordAttentionImpl::WordAttentionImpl(int64_t channels, int64_t head_width, int64_t context_width, int64_t groups)
    : heads_(channels / head_width),
      to_q(channels, channels),
      to_k(channels, channels),
      to_v(channels, channels),
      to_out(channels, channels) {
  if (context_width > 0) group_norm = register_module("group_norm", nn::FrozenGroupNorm(groups, channels));
  register_module("to_q", to_q);
  register_module("to_k", to_k);
  register_module("to_v", to_v);
  if (context_width > 0) add_k_proj = register_module("add_k_proj", nn::FrozenLinear(context_width, channels));
  if (context_width > 0) add_v_proj = register_module("add_v_proj", nn::FrozenLinear(context_width, channels));
  register_module("to_out", torch::nn::ModuleList(to_out));
}

at::Tensor WordAttentionImpl::forward(const at::Tensor& x, const at::Tensor& context) {
  const int64_t n = x.size(0), c = x.size(1), h = x.size(2), w = x.size(3);
  const auto in_rows = [&](const at::Tensor& pixels) { return pixels.permute({0, 2, 3, 1}).reshape({n, h * w, c}); };
  const auto by_head = [&](const at::Tensor& rows) { return rows.view({n, rows.size(1), heads_, c / heads_}).transpose(1, 2); };
  const auto pixels = in_rows(group_norm ? group_norm(x) : x);
  auto keys = to_k(pixels), values = to_v(pixels);
  if (add_k_proj) keys = at::cat({add_k_proj(context), keys}, 1), values = at::cat({add_v_proj(context), values}, 1);
  const auto seen = nn::attend(by_head(to_q(pixels)), by_head(keys), by_head(values)).transpose(1, 2).reshape({n, h * w, c});
  return to_out(seen, in_rows(x)).view({n, h, w, c}).permute({0, 3, 1, 2});
}

DownLevelImpl::DownLevelImpl(int64_t level, const PixelUNetConfig& config) {
  const int64_t out = config.channels.at(level);
  for (int64_t block = 0; block < config.blocks.at(level); ++block) {
    const int64_t in = block > 0 ? out : config.channels.at(std::max<int64_t>(level - 1, 0));
    resnets->push_back(ScaledBlock(in, out, config));
    if (config.down_attention.at(level)) attentions->push_back(words_at(level, config));
  }
  if (level + 1 < config.levels()) downsamplers->push_back(ScaledBlock(out, out, config, SizeChange::halved));
  register_module("resnets", resnets);
  register_module("attentions", attentions);
  register_module("downsamplers", downsamplers);
}

at::Tensor DownLevelImpl::forward(at::Tensor x, const at::Tensor& active, const at::Tensor& context,
                                  std::vector<at::Tensor>& skips) {
  for (std::size_t block = 0; block < resnets->size(); ++block)
    skips.push_back(x = through_block(resnets, attentions, block, x, active, context));
  if (!downsamplers->is_empty()) skips.push_back(x = downsamplers->at<ScaledBlockImpl>(0).forward(x, active));
  return x;
}

UpLevelImpl::UpLevelImpl(int64_t place, std::vector<int64_t>& skips, const PixelUNetConfig& config) {
  const int64_t level = config.levels() - 1 - place;
  const int64_t out = config.channels.at(level), before = config.channels.at(std::min(level + 1, config.levels() - 1));
  for (int64_t block = 0; block <= config.blocks.at(level); ++block) {
    resnets->push_back(ScaledBlock((block > 0 ? out : before) + popped(skips), out, config));
    if (config.up_attention.at(place)) attentions->push_back(words_at(level, config));
  }
  if (level > 0) upsamplers->push_back(ScaledBlock(out, out, config, SizeChange::doubled));
  register_module("resnets", resnets);
  register_module("attentions", attentions);
  register_module("upsamplers", upsamplers);
}

at::Tensor UpLevelImpl::forward(at::Tensor x, const at::Tensor& active, const at::Tensor& context,
                                std::vector<at::Tensor>& skips) {
  for (std::size_t block = 0; block < resnets->size(); ++block)
    x = through_block(resnets, attentions, block, at::cat({x, popped(skips)}, 1), active, context);
  return upsamplers->is_empty() ? x : upsamplers->at<ScaledBlockImpl>(0).forward(x, active);
}

MiddleLevelImpl::MiddleLevelImpl(const PixelUNetConfig& config) {
  const int64_t channels = config.channels.back();
  for (int block = 0; block < 2; ++block) resnets->push_back(ScaledBlock(channels, channels, config));
  const int64_t context_width = config.middle == MiddleAttention::words ? config.context_width : 0;
  if (config.middle != MiddleAttention::none)
    attentions->push_back(WordAttention(channels, config.head_widths.back(), context_width, config.groups));
  register_module("attentions", attentions);
  register_module("resnets", resnets);
}

at::Tensor MiddleLevelImpl::forward(const at::Tensor& x, const at::Tensor& active, const at::Tensor& context) {
  return resnets->at<ScaledBlockImpl>(1).forward(through_block(resnets, attentions, 0, x, active, context), active);
}

}  // namespace inkstone::unclip
