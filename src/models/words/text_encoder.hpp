// The text encoder that is trained with its painter: a pre-norm transformer (Vaswani et al. 2017; Xiong et al. 2020) over a fixed
// number of tokens. Padding is a token like others, so nothing is masked.
#pragma once

#include <torch/nn.h>

#include "models/words/config.hpp"
#include "nn/low_rank.hpp"

namespace inkstone::words {

// x + attention(norm(x)), then x + mlp(norm(x)). Parameters: norm1, attention.to_qkv, attention.to_out, norm2, mlp.proj_in,
// mlp.proj_out.
class TextLayerImpl : public torch::nn::Module {
 public:
  TextLayerImpl(int64_t features, int64_t heads);
  at::Tensor forward(const at::Tensor& x);  // float32 [N,L,D]

 private:
  int64_t heads_;
  torch::nn::LayerNorm norm1, norm2;
  nn::AdaptableLinear to_qkv, to_out, proj_in, proj_out;
};
TORCH_MODULE(TextLayer);

// Parameters: token_embedding, position_embedding, layers.N, norm.
class TextEncoderImpl : public torch::nn::Module {
 public:
  explicit TextEncoderImpl(const PainterConfig& config);
  at::Tensor forward(const at::Tensor& ids);  // int64 [N,L] -> float32 [N,L,D]

 private:
  torch::nn::Embedding token_embedding, position_embedding;
  torch::nn::ModuleList layers;
  torch::nn::LayerNorm norm;
};
TORCH_MODULE(TextEncoder);

}  // namespace inkstone::words
