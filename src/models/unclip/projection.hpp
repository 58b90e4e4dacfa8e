// Embeddings of picture and words as the decoder takes them (Ramesh et al. 2022, section 2.1): added to the time, and as tokens
// of context before those of the words. Parameters are named as in diffusers' UnCLIPTextProjModel.
#pragma once

#include <torch/nn.h>

#include "models/unclip/config.hpp"
#include "nn/frozen.hpp"

namespace inkstone::unclip {

// What the decoder is told besides the noisy picture and the time.
struct DecoderCondition {
  at::Tensor context;  // [N,tokens+L,context_width]
  at::Tensor added;    // [N,time_width]
};

class ProjectionImpl : public torch::nn::Module {
 public:
  // Unfilled: nn::fill gives it weights.
  explicit ProjectionImpl(const ProjectionConfig& config);

  // picture [N,D], undefined: the embedding that was learned for no picture (Ho and Salimans 2022); pooled [N,D] and hidden
  // [N,L,D] of the text encoder, padding left out. In the dtype of pooled. Throws bad_argument for another width.
  DecoderCondition forward(const at::Tensor& picture, const at::Tensor& pooled, const at::Tensor& hidden);

  const ProjectionConfig& config() const { return config_; }

 private:
  ProjectionConfig config_;
  at::Tensor learned_classifier_free_guidance_embeddings;
  nn::FrozenLinear embedding_proj, clip_image_embeddings_project_to_time_embeddings, clip_extra_context_tokens_proj,
      encoder_hidden_states_proj;
  nn::FrozenLayerNorm text_encoder_hidden_states_norm;
};
TORCH_MODULE(Projection);

}  // namespace inkstone::unclip
