// What writes the caption: the decoder of Vaswani et al. 2017, with the normalisation before each layer (Xiong et al. 2020),
// whose words see the words before them and every place of the picture. Its output shares the embedding's weights (Press and Wolf
// 2017).
#pragma once

#include <torch/nn.h>

#include "models/captioner/config.hpp"

namespace inkstone::captioner {

// x + self(norm1(x)), then x + cross(norm2(x)), then x + mlp(norm3(x)). Parameters: norm1, to_qkv, to_out, norm2, to_q, to_kv,
// to_out_places, norm3, proj_in, proj_out.
class WriterLayerImpl : public torch::nn::Module {
 public:
  explicit WriterLayerImpl(const CaptionerConfig& config);
  // x float32 [N,L,D], places [N,P,D], mask [L,L] added to the scores of the words.
  at::Tensor forward(const at::Tensor& x, const at::Tensor& places, const at::Tensor& mask);

 private:
  at::Tensor among_words(const at::Tensor& x, const at::Tensor& mask);
  at::Tensor at_places(const at::Tensor& x, const at::Tensor& places);
  at::Tensor dropped(const at::Tensor& x) const;

  int64_t heads_;
  double dropout_;
  torch::nn::LayerNorm norm1, norm2, norm3;
  torch::nn::Linear to_qkv, to_out, to_q, to_kv, to_out_places, proj_in, proj_out;
};
TORCH_MODULE(WriterLayer);

// Parameters: token_embedding [V + kLanguages, D], position_embedding [length, D], layers.N, norm.
class DecoderImpl : public torch::nn::Module {
 public:
  // After the tokens that may be said come those that a caption starts with, one for each language.
  static constexpr int64_t kLanguages = 2;

  explicit DecoderImpl(const CaptionerConfig& config);
  // places float32 [N,P,D], ids int64 [N,L], L at most the config's length -> logits of each next token, float32 [N,L,V].
  at::Tensor forward(const at::Tensor& places, const at::Tensor& ids);

 private:
  int64_t vocabulary_;
  double dropout_;
  torch::nn::Embedding token_embedding, position_embedding;
  torch::nn::ModuleList layers;
  torch::nn::LayerNorm norm;
};
TORCH_MODULE(Decoder);

}  // namespace inkstone::captioner
