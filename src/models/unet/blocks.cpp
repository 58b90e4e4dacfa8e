#include "models/unet/blocks.hpp"

#include <algorithm>

#include "nn/convolve_3x3.hpp"

namespace inkstone {
namespace {

torch::nn::Conv2d padded_convolution(int64_t in, int64_t out, int64_t side) {
  return torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, side).padding(side / 2));
}

bool has_attention(int64_t level, const UnetConfig& config) {
  const auto& levels = config.attention_levels;
  return std::find(levels.begin(), levels.end(), level) != levels.end();
}

nn::SelfAttention attention(int64_t channels, const UnetConfig& config) {
  return nn::SelfAttention(channels, config.heads, 1e-5, config.groups);
}

at::Tensor through(torch::nn::ModuleList& resnets, torch::nn::ModuleList& attentions, size_t place, at::Tensor x,
                   const at::Tensor& active) {
  x = resnets->at<ResidualBlockImpl>(place).forward(x, active);
  return place < attentions->size() ? attentions->at<nn::SelfAttentionImpl>(place).forward(x) : x;
}

at::Tensor taken(std::vector<at::Tensor>& skips) {
  auto last = skips.back();
  skips.pop_back();
  return last;
}

}  // namespace

ResidualBlockImpl::ResidualBlockImpl(int64_t in, int64_t out, const UnetConfig& config)
    : dropout_(config.dropout),
      norm1(in, 1e-5, config.groups),
      norm2(out, 1e-5, config.groups),
      conv1(padded_convolution(in, out, 3)),
      conv2(padded_convolution(out, out, 3)),
      time_emb_proj(config.embedding(), out) {
  register_module("norm1", norm1);
  register_module("conv1", conv1);
  register_module("time_emb_proj", time_emb_proj);
  register_module("norm2", norm2);
  register_module("conv2", conv2);
  if (in != out) conv_shortcut = register_module("conv_shortcut", padded_convolution(in, out, 1));
}

at::Tensor ResidualBlockImpl::forward(const at::Tensor& x, const at::Tensor& active) {
  const auto h = nn::convolve_3x3(conv1, norm1->silu(x));
  const auto y = nn::convolve_3x3(conv2, norm2->silu(h, time_emb_proj(active), dropout_));
  return y + (conv_shortcut ? conv_shortcut(x) : x);
}

DownBlockImpl::DownBlockImpl(int64_t level, const UnetConfig& config) {
  const int64_t out = config.channels(level);
  for (int64_t block = 0; block < config.blocks; ++block) {
    const int64_t in = block > 0 ? out : level > 0 ? config.channels(level - 1) : config.width;
    resnets->push_back(ResidualBlock(in, out, config));
    if (has_attention(level, config)) attentions->push_back(attention(out, config));
  }
  if (level + 1 < config.levels()) downsamplers->push_back(nn::Downsample(out));
  register_module("resnets", resnets);
  register_module("attentions", attentions);
  register_module("downsamplers", downsamplers);
}

at::Tensor DownBlockImpl::forward(at::Tensor x, const at::Tensor& active, std::vector<at::Tensor>& skips) {
  for (size_t block = 0; block < resnets->size(); ++block) skips.push_back(x = through(resnets, attentions, block, x, active));
  if (!downsamplers->is_empty()) skips.push_back(x = downsamplers->at<nn::DownsampleImpl>(0).forward(x));
  return x;
}

UpBlockImpl::UpBlockImpl(int64_t level, int64_t in, std::vector<int64_t>& skips, const UnetConfig& config) {
  const int64_t out = config.channels(level);
  for (int64_t block = 0; block <= config.blocks; ++block) {
    resnets->push_back(ResidualBlock((block > 0 ? out : in) + skips.back(), out, config));
    if (has_attention(level, config)) attentions->push_back(attention(out, config));
    skips.pop_back();
  }
  if (level > 0) upsamplers->push_back(nn::Upsample(out));
  register_module("resnets", resnets);
  register_module("attentions", attentions);
  register_module("upsamplers", upsamplers);
}

at::Tensor UpBlockImpl::forward(at::Tensor x, const at::Tensor& active, std::vector<at::Tensor>& skips) {
  for (size_t block = 0; block < resnets->size(); ++block)
    x = through(resnets, attentions, block, at::cat({x, taken(skips)}, 1), active);
  if (upsamplers->is_empty()) return x;
  return upsamplers->at<nn::UpsampleImpl>(0).forward(x, skips.back().size(2), skips.back().size(3));
}

MiddleBlockImpl::MiddleBlockImpl(const UnetConfig& config) {
  const int64_t channels = config.channels(config.levels() - 1);
  resnets->push_back(ResidualBlock(channels, channels, config));
  resnets->push_back(ResidualBlock(channels, channels, config));
  attentions->push_back(attention(channels, config));
  register_module("attentions", attentions);
  register_module("resnets", resnets);
}

at::Tensor MiddleBlockImpl::forward(const at::Tensor& x, const at::Tensor& active) {
  return resnets->at<ResidualBlockImpl>(1).forward(through(resnets, attentions, 0, x, active), active);
}

}  // namespace inkstone
