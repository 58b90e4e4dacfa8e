// The U-Net of denoising diffusion (Ho et al. 2020, appendix B): residual blocks with group normalisation and SiLU,
// self-attention at chosen levels, time and class embeddings, skip connections. Any size, square or not, as long as the last
// level has a pixel.
//
// Parameters are named as in diffusers' UNet2DModel: conv_in, time_embedding.linear_{1,2}, class_embedding,
// down_blocks.L.resnets.B.{norm1, conv1,time_emb_proj,norm2,conv2,conv_shortcut},
// down_blocks.L.attentions.B.{group_norm,to_q,to_k,to_v,to_out.0}, down_blocks.L.downsamplers.0.conv, mid_block..., up_blocks...,
// conv_norm_out, conv_out.
#pragma once

#include <torch/nn.h>

#include "models/unet/blocks.hpp"
#include "models/unet/config.hpp"
#include "nn/time_embedding.hpp"

namespace inkstone {

class UnetImpl : public torch::nn::Module {
 public:
  // Weights by Ho et al.: uniform of variance 2 / (fan in + fan out), zero biases, zero in the last convolution of every residual
  // and of the network; from torch's global generator. Channels-last in memory. Throws bad_argument.
  explicit UnetImpl(const UnetConfig& config);

  // x [N,in,H,W]; time float32 [N]; labels int64 [N], -1 or undefined: no class -> [N,out,H,W] in the dtype of the arithmetic.
  at::Tensor forward(const at::Tensor& x, const at::Tensor& time, const at::Tensor& labels = {});

  const UnetConfig& config() const { return config_; }

 private:
  void initialise();
  at::Tensor embed(const at::Tensor& time, const at::Tensor& labels);

  UnetConfig config_;
  torch::nn::Conv2d conv_in{nullptr}, conv_out{nullptr};
  nn::TimeEmbedding time_embedding{nullptr};
  torch::nn::Embedding class_embedding{nullptr};
  torch::nn::ModuleList down_blocks, up_blocks;
  MiddleBlock mid_block{nullptr};
  nn::GroupNorm conv_norm_out{nullptr};
};
TORCH_MODULE(Unet);

}  // namespace inkstone
