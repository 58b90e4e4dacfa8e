// A picture encoder and a text encoder that meet in one space (Radford et al. 2021, CLIP), small enough to train on one thread.
// Pictures: three halvings with a residual block each, then a pre-norm transformer over the places at an eighth of the size,
// whose mean is taken. Words: the encoder that painters of words have, whose mean is taken.
#pragma once

#include <torch/nn.h>

#include "models/contrastive/config.hpp"
#include "models/words/text_encoder.hpp"

namespace inkstone::contrastive {

// Parameters: convolutions.N, blocks.N, position_embedding [P,D], layers.N, norm.
class PictureEncoderImpl : public torch::nn::Module {
 public:
  explicit PictureEncoderImpl(const PairConfig& config);
  at::Tensor forward(const at::Tensor& x);  // float32 [N,C,H,W] in [-1,1] -> float32 [N,D]

 private:
  torch::nn::ModuleList convolutions, blocks, layers;
  at::Tensor position_embedding;
  torch::nn::LayerNorm norm;
};
TORCH_MODULE(PictureEncoder);

// What is read of texts: every token, and where the whole lies in the space.
struct TextReading {
  at::Tensor hidden;     // float32 [N,L,D]
  at::Tensor direction;  // float32 [N,D] of length 1
};

// Parameters: picture_encoder., text_encoder., picture_projection, text_projection, logit_scale [] = ln(1/temperature).
class PairEncoderImpl : public torch::nn::Module {
 public:
  // Throws bad_argument for sides that are no multiples of 8 and sizes that the heads or groups do not divide.
  explicit PairEncoderImpl(const PairConfig& config);

  at::Tensor see(const at::Tensor& x);      // float32 [N,C,H,W] in [-1,1] -> directions of length 1, float32 [N,D]
  TextReading read(const at::Tensor& ids);  // int64 [N,L]

  at::Tensor scale() const;  // 1/temperature with its graph, at most 100 after hold_scale()
  void hold_scale();         // to at most 100 (section 2.5)

  const PairConfig& config() const { return config_; }

 private:
  PairConfig config_;
  PictureEncoder picture_encoder;
  words::TextEncoder text_encoder;
  torch::nn::Linear picture_projection, text_projection;
  at::Tensor logit_scale;
};
TORCH_MODULE(PairEncoder);

}  // namespace inkstone::contrastive
