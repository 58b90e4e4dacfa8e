// unCLIP's decoder as it is trained here (Ramesh et al. 2022, section 2.1): the diffusion transformer of the painter of words,
// told an embedding where that is told words. As in the paper the embedding comes to tokens of context beside a sum with the
// time.
#pragma once

#include <torch/nn.h>

#include "models/words/transformer.hpp"

namespace inkstone::unclip {

// Parameters: embedding_proj, norm, no_embedding [K,T], transformer.* (as in the painter of words, which it may start from).
class EmbeddingPainterImpl : public torch::nn::Module {
 public:
  // embedding: width D of what is decoded; tokens: K, that it becomes, config.text_features wide.
  EmbeddingPainterImpl(const words::PainterConfig& config, int64_t embedding, int64_t tokens);

  // z float32 [N,D] of length 1 -> the context [N,K,T]. kept bool [N]: where false the picture is told nothing (Ho and Salimans
  // 2022); undefined: all.
  at::Tensor context(const at::Tensor& z, const at::Tensor& kept = {});
  at::Tensor no_context(int64_t count) const;  // [count,K,T]

  // x float32 [N,C,H,W], time float32 [N] in [0,1000], context [N,K,T] -> the clean picture, float32 [N,C,H,W].
  at::Tensor forward(const at::Tensor& x, const at::Tensor& time, const at::Tensor& context) {
    return transformer(x, time, context);
  }

  words::Transformer transformer;

 private:
  torch::nn::Linear embedding_proj;
  torch::nn::LayerNorm norm;
  at::Tensor no_embedding;
};
TORCH_MODULE(EmbeddingPainter);

}  // namespace inkstone::unclip
