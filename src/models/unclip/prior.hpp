// The prior of unCLIP (Ramesh et al. 2022, section 2.2): a causal transformer that reads the words and a noisy embedding of a
// picture and says what the embedding is without noise. Parameters are named as in diffusers' PriorTransformer.
#pragma once

#include <torch/nn.h>

#include "models/stable_diffusion/condition_embedding.hpp"
#include "models/unclip/config.hpp"
#include "nn/frozen.hpp"

namespace inkstone::unclip {

// x + attn1(norm1(x)), + ff(norm3(x)): each row sees those before it.
class PriorBlockImpl : public torch::nn::Module {
 public:
  PriorBlockImpl(int64_t width, int64_t heads);
  // x [N,L,width]; mask [L,L] is added to the scores.
  at::Tensor forward(const at::Tensor& x, const at::Tensor& mask);

 private:
  at::Tensor attend(const at::Tensor& x, const at::Tensor& mask, const at::Tensor& residual);

  int64_t heads_;
  nn::FrozenLayerNorm norm1, norm3;
  nn::FrozenLinear to_q, to_k, to_v, to_out, proj, out;
};
TORCH_MODULE(PriorBlock);

class PriorTransformerImpl : public torch::nn::Module {
 public:
  // Unfilled: nn::fill gives it weights, or begin() those to learn from.
  explicit PriorTransformerImpl(const PriorConfig& config);

  // To be trained from nothing: draws weights from torch's global generator and asks for their gradients.
  void begin();

  // x [N,D] at time [N]; pooled [N,D] and hidden [N,L,D] of the text encoder, padding left out -> [N,D], dtype of x. Throws
  // bad_argument where there are more words than positions, or of another width.
  at::Tensor forward(const at::Tensor& x, const at::Tensor& time, const at::Tensor& pooled, const at::Tensor& hidden);

  // Between embeddings as the picture encoder gives them and those that are walked to, of mean 0 and deviation 1: (z - mean) /
  // std and back, float32.
  at::Tensor scaled(const at::Tensor& z) const;
  at::Tensor unscaled(const at::Tensor& x) const;
  // Takes mean and deviation from embeddings [N,D] of training pictures.
  void measure(const at::Tensor& z);

  const PriorConfig& config() const { return config_; }

 private:
  at::Tensor placed(const at::Tensor& rows) const;

  PriorConfig config_;
  sd::VectorEmbedding time_embedding;
  nn::FrozenLinear proj_in, embedding_proj, encoder_hidden_states_proj, proj_to_clip_embeddings;
  at::Tensor positional_embedding, prd_embedding, clip_mean, clip_std;
  torch::nn::ModuleList transformer_blocks;
  nn::FrozenLayerNorm norm_out;
};
TORCH_MODULE(PriorTransformer);

}  // namespace inkstone::unclip
