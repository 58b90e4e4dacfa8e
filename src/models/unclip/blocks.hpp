// Levels of unCLIP's U-Nets over pixels, those of guided diffusion (Dhariwal and Nichol 2021): residual blocks whose second norm
// is scaled and shifted by the time, which also change the size; after each, where the level does, pixels attend to the words and
// to one another at once. Names as in diffusers' ResnetDownsampleBlock2D, SimpleCrossAttnDownBlock2D and their counterparts on
// the way up.
#pragma once

#include <vector>

#include <torch/nn.h>

#include "models/unclip/config.hpp"
#include "nn/frozen.hpp"

namespace inkstone::unclip {

enum class SizeChange { none, halved, doubled };

// x + conv2(silu(norm2(conv1(silu(norm1(x)))) (1 + scale) + shift)), [scale, shift] = time_emb_proj(active).
class ScaledBlockImpl : public torch::nn::Module {
 public:
  ScaledBlockImpl(int64_t in, int64_t out, const PixelUNetConfig& config, SizeChange change = SizeChange::none);
  // x [N,in,H,W], active [N,time_width] -> [N,out,H',W'], channels-last
  at::Tensor forward(const at::Tensor& x, const at::Tensor& active);

 private:
  at::Tensor resized(const at::Tensor& x) const;

  SizeChange change_;
  nn::FrozenGroupNorm norm1, norm2;
  nn::FrozenConv2d conv1, conv2, conv_shortcut{nullptr};
  nn::FrozenLinear time_emb_proj;
};
TORCH_MODULE(ScaledBlock);

// Keys and values of the words stand before those of the pixels (Nichol et al. 2022, GLIDE): group_norm, to_q, to_k, to_v,
// add_k_proj, add_v_proj, to_out.0. Without words: neither group_norm nor add_*.
class WordAttentionImpl : public torch::nn::Module {
 public:
  // context_width 0: pixels alone.
  WordAttentionImpl(int64_t channels, int64_t head_width, int64_t context_width, int64_t groups);
  // x [N,C,H,W], context [N,M,context_width] or undefined -> [N,C,H,W]
  at::Tensor forward(const at::Tensor& x, const at::Tensor& context);

 private:
  int64_t heads_;
  nn::FrozenGroupNorm group_norm{nullptr};
  nn::FrozenLinear to_q, to_k, to_v, to_out, add_k_proj{nullptr}, add_v_proj{nullptr};
};
TORCH_MODULE(WordAttention);

// resnets, attentions, downsamplers.
class DownLevelImpl : public torch::nn::Module {
 public:
  DownLevelImpl(int64_t level, const PixelUNetConfig& config);
  // Appends every output to skips; returns the last.
  at::Tensor forward(at::Tensor x, const at::Tensor& active, const at::Tensor& context, std::vector<at::Tensor>& skips);

 private:
  torch::nn::ModuleList resnets, attentions, downsamplers;
};
TORCH_MODULE(DownLevel);

// resnets, attentions, upsamplers.
class UpLevelImpl : public torch::nn::Module {
 public:
  // place: 0 is the deepest. skips: channels of what the way down left; taken from the end.
  UpLevelImpl(int64_t place, std::vector<int64_t>& skips, const PixelUNetConfig& config);
  at::Tensor forward(at::Tensor x, const at::Tensor& active, const at::Tensor& context, std::vector<at::Tensor>& skips);

 private:
  torch::nn::ModuleList resnets, attentions, upsamplers;
};
TORCH_MODULE(UpLevel);

// resnets.0, attentions.0 where it attends, resnets.1.
class MiddleLevelImpl : public torch::nn::Module {
 public:
  explicit MiddleLevelImpl(const PixelUNetConfig& config);
  at::Tensor forward(const at::Tensor& x, const at::Tensor& active, const at::Tensor& context);

 private:
  torch::nn::ModuleList resnets, attentions;
};
TORCH_MODULE(MiddleLevel);

}  // namespace inkstone::unclip
