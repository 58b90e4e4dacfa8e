// The blocks of the diffusion U-Net (Ho et al. 2020, appendix B), with diffusers' parameter names.
#pragma once

#include <vector>

#include <torch/nn.h>

#include "models/unet/config.hpp"
#include "nn/attention.hpp"
#include "nn/group_norm.hpp"
#include "nn/resampling.hpp"

namespace inkstone {

// x + conv2(dropout(silu(norm2(conv1(silu(norm1(x))) + time_emb_proj(silu(embedding)))))); a 1x1 conv_shortcut where channels
// change.
class ResidualBlockImpl : public torch::nn::Module {
 public:
  ResidualBlockImpl(int64_t in, int64_t out, const UnetConfig& config);
  // x [N,in,H,W]; active: silu(embedding) [N, 4 width] -> [N,out,H,W]
  at::Tensor forward(const at::Tensor& x, const at::Tensor& active);

 private:
  double dropout_;
  nn::GroupNorm norm1, norm2;
  torch::nn::Conv2d conv1, conv2, conv_shortcut{nullptr};
  torch::nn::Linear time_emb_proj;
};
TORCH_MODULE(ResidualBlock);

// Residual blocks, each followed by attention where the level has it, then the change of size: resnets, attentions, downsamplers.
class DownBlockImpl : public torch::nn::Module {
 public:
  DownBlockImpl(int64_t level, const UnetConfig& config);
  // Appends every output to skips; returns the last.
  at::Tensor forward(at::Tensor x, const at::Tensor& active, std::vector<at::Tensor>& skips);

 private:
  torch::nn::ModuleList resnets, attentions, downsamplers;
};
TORCH_MODULE(DownBlock);

// resnets, attentions, upsamplers.
class UpBlockImpl : public torch::nn::Module {
 public:
  // skips: channels of what the way down left, the last first to be used; taken from the end.
  UpBlockImpl(int64_t level, int64_t in, std::vector<int64_t>& skips, const UnetConfig& config);
  at::Tensor forward(at::Tensor x, const at::Tensor& active, std::vector<at::Tensor>& skips);

 private:
  torch::nn::ModuleList resnets, attentions, upsamplers;
};
TORCH_MODULE(UpBlock);

// resnets.0, attentions.0, resnets.1.
class MiddleBlockImpl : public torch::nn::Module {
 public:
  explicit MiddleBlockImpl(const UnetConfig& config);
  at::Tensor forward(const at::Tensor& x, const at::Tensor& active);

 private:
  torch::nn::ModuleList resnets, attentions;
};
TORCH_MODULE(MiddleBlock);

}  // namespace inkstone
