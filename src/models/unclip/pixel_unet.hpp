// The networks of unCLIP that paint: the decoder, which takes the embeddings' context (diffusers' UNet2DConditionModel of simple
// cross attention), and the up-samplers, which take a smaller picture as further channels (UNet2DModel). One network with and
// without words; parameters named as there.
#pragma once

#include <torch/nn.h>

#include "models/stable_diffusion/condition_embedding.hpp"
#include "models/unclip/blocks.hpp"
#include "models/unclip/config.hpp"

namespace inkstone::unclip {

class PixelUNetImpl : public torch::nn::Module {
 public:
  // Unfilled: nn::fill gives it weights.
  explicit PixelUNetImpl(const PixelUNetConfig& config);

  // x [N,in,H,W], sides multiples of 2^(levels-1); time [N]; context [N,M,context_width] and added [N,time_width], undefined for
  // an up-sampler -> [N,out,H,W] in the dtype of x. Throws bad_argument for inputs of another shape.
  at::Tensor forward(const at::Tensor& x, const at::Tensor& time, const at::Tensor& context = {}, const at::Tensor& added = {});

  const PixelUNetConfig& config() const { return config_; }

 private:
  void check(const at::Tensor& x, const at::Tensor& context, const at::Tensor& added) const;

  PixelUNetConfig config_;
  nn::FrozenConv2d conv_in, conv_out;
  sd::VectorEmbedding time_embedding;
  torch::nn::ModuleList down_blocks, up_blocks;
  MiddleLevel mid_block;
  nn::FrozenGroupNorm conv_norm_out;
};
TORCH_MODULE(PixelUNet);

}  // namespace inkstone::unclip
