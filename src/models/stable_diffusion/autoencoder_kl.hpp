// The autoencoder of latent diffusion (Rombach et al. 2022): pictures to latents an eighth the size and back. Parameters are
// named as diffusers' AutoencoderKL names them.
#pragma once

#include <torch/nn.h>

#include "models/stable_diffusion/autoencoder_config.hpp"
#include "models/stable_diffusion/residual_blocks.hpp"

namespace inkstone::sd {

// x + to_out(attention(group_norm(x))) over the pixels, one head. Names as in diffusers' Attention.
class PixelAttentionImpl : public torch::nn::Module {
 public:
  PixelAttentionImpl(int64_t channels, int64_t groups);
  at::Tensor forward(const at::Tensor& x);

 private:
  nn::FrozenGroupNorm group_norm;
  nn::FrozenLinear to_q, to_k, to_v, to_out;  // stored as 1x1 convolutions in the original layout
};
TORCH_MODULE(PixelAttention);

// [N,in,H,W] -> [N,2 latent,H/8,W/8], mean above log-variance; or the latent alone.
class EncoderImpl : public torch::nn::Module {
 public:
  explicit EncoderImpl(const AutoencoderConfig& config);
  at::Tensor forward(const at::Tensor& x);

 private:
  nn::FrozenConv2d conv_in, conv_out;
  torch::nn::ModuleList down_blocks;
  torch::nn::ModuleDict mid_block;
  nn::FrozenGroupNorm conv_norm_out;
};
TORCH_MODULE(Encoder);

// [N,latent,H,W] -> [N,out,8H,8W].
class DecoderImpl : public torch::nn::Module {
 public:
  explicit DecoderImpl(const AutoencoderConfig& config);
  at::Tensor forward(const at::Tensor& z);

 private:
  nn::FrozenConv2d conv_in, conv_out;
  torch::nn::ModuleDict mid_block;
  torch::nn::ModuleList up_blocks;
  nn::FrozenGroupNorm conv_norm_out;
};
TORCH_MODULE(Decoder);

struct LatentDistribution {
  at::Tensor mean, logvar;  // [N,latent,H/8,W/8]; logvar clamped to [-30, 20]
};

class AutoencoderKLImpl : public torch::nn::Module {
 public:
  // Unfilled: nn::fill gives it weights.
  explicit AutoencoderKLImpl(const AutoencoderConfig& config);

  // Pictures in [-1,1], [N,in,H,W] with H and W multiples of downscale() (else bad_argument), in the dtype of the arithmetic.
  // Unscaled.
  LatentDistribution encode(const at::Tensor& pictures);
  // The reverse: unscaled latents -> pictures about [-1,1], not clamped.
  at::Tensor decode(const at::Tensor& latents);

  // Between the autoencoder's latents and those that the U-Net works on, whose deviation is about one.
  at::Tensor scaled(const at::Tensor& latents) const { return (latents - config_.shift_factor) * config_.scaling_factor; }
  at::Tensor unscaled(const at::Tensor& latents) const { return latents / config_.scaling_factor + config_.shift_factor; }

  const AutoencoderConfig& config() const { return config_; }

 private:
  AutoencoderConfig config_;
  Encoder encoder;
  Decoder decoder;
  nn::FrozenConv2d quant_conv{nullptr}, post_quant_conv{nullptr};
};
TORCH_MODULE(AutoencoderKL);

}  // namespace inkstone::sd
