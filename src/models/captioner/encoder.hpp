// Where a caption's words come from: a picture as features of its places, an eighth of its sides, as the annotation vectors of
// Show, Attend and Tell (Xu et al., ICML 2015, section 3.1.1) are, by a small residual network (He et al. 2016) of our own.
#pragma once

#include <torch/nn.h>

#include "models/captioner/config.hpp"
#include "nn/norm_rectifier.hpp"

namespace inkstone::captioner {

// Twice x + norm(conv(x)), batch normalisation with the rectifier. Parameters: conv1, norm1, conv2, norm2.
class LookBlockImpl : public torch::nn::Module {
 public:
  explicit LookBlockImpl(int64_t channels);
  at::Tensor forward(const at::Tensor& x);

 private:
  torch::nn::Conv2d conv1, conv2;
  nn::NormRectifier norm1, norm2;
};
TORCH_MODULE(LookBlock);

// Parameters: conv_in, norm1, down1, norm2, block1, down2, norm3, block2, to_places, positions [1,P,D], norm_out.
class EncoderImpl : public torch::nn::Module {
 public:
  explicit EncoderImpl(const CaptionerConfig& config);
  // float32 [N,C,H,W] in [-1,1] -> float32 [N,P,D], P = rows x columns of the config.
  at::Tensor forward(const at::Tensor& pictures);

 private:
  torch::nn::Conv2d conv_in, down1, down2;
  nn::NormRectifier norm1, norm2, norm3;
  LookBlock block1, block2;
  torch::nn::Linear to_places;
  at::Tensor positions;
  torch::nn::LayerNorm norm_out;
};
TORCH_MODULE(Encoder);

}  // namespace inkstone::captioner
