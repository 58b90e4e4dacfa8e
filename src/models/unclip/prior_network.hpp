// The prior of unCLIP as it is trained (Ramesh et al. 2022, section 2.2): the network of prior.hpp with weights that learn.
// Parameters have the same names, those of diffusers' PriorTransformer, and the same weights say the same.
#pragma once

#include <torch/nn.h>

#include "models/unclip/config.hpp"

namespace inkstone::unclip {

// x + attn1(norm1(x)), + ff(norm3(x)): each row sees those before it.
class PriorLayerImpl : public torch::nn::Module {
 public:
  PriorLayerImpl(int64_t width, int64_t heads);
  // x float32 [N,L,width]; mask [L,L] is added to the scores.
  at::Tensor forward(const at::Tensor& x, const at::Tensor& mask);

 private:
  int64_t heads_;
  torch::nn::LayerNorm norm1, norm3;
  torch::nn::Linear to_q, to_k, to_v, to_out, proj, out;
};
TORCH_MODULE(PriorLayer);

class PriorNetworkImpl : public torch::nn::Module {
 public:
  explicit PriorNetworkImpl(const PriorConfig& config);

  // x float32 [N,D] at time [N]; direction [N,D] of the whole text and hidden [N,words,D] of its tokens -> the embedding without
  // noise, float32 [N,D].
  at::Tensor forward(const at::Tensor& x, const at::Tensor& time, const at::Tensor& direction, const at::Tensor& hidden);

  // Between embeddings as the picture encoder gives them and those that are walked to, of mean 0 and deviation 1: (z - clip_mean)
  // / clip_std.
  at::Tensor scaled(const at::Tensor& z) const { return (z - clip_mean) / clip_std; }
  at::Tensor unscaled(const at::Tensor& x) const { return x * clip_std + clip_mean; }
  // Takes mean and deviation from embeddings [N,D] of training pictures.
  void measure(const at::Tensor& z);

  const PriorConfig& config() const { return config_; }

 private:
  PriorConfig config_;
  torch::nn::Linear linear_1, linear_2;  // of time_embedding
  torch::nn::Linear proj_in, embedding_proj, encoder_hidden_states_proj, proj_to_clip_embeddings;
  at::Tensor positional_embedding, prd_embedding, clip_mean, clip_std;
  torch::nn::ModuleList transformer_blocks;
  torch::nn::LayerNorm norm_out;
};
TORCH_MODULE(PriorNetwork);

}  // namespace inkstone::unclip
