#include "models/unclip/projection.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone::unclip {

ProjectionImpl::ProjectionImpl(const ProjectionConfig& config)
    : config_(config),
      embedding_proj(config.embedding, config.time_width),
      clip_image_embeddings_project_to_time_embeddings(config.embedding, config.time_width),
      clip_extra_context_tokens_proj(config.embedding, config.tokens * config.context_width),
      encoder_hidden_states_proj(config.embedding, config.context_width),
      text_encoder_hidden_states_norm(config.context_width) {
  learned_classifier_free_guidance_embeddings =
      register_parameter("learned_classifier_free_guidance_embeddings", nn::placeholder({config.embedding}), false);
  register_module("embedding_proj", embedding_proj);
  register_module("clip_image_embeddings_project_to_time_embeddings", clip_image_embeddings_project_to_time_embeddings);
  register_module("clip_extra_context_tokens_proj", clip_extra_context_tokens_proj);
  register_module("encoder_hidden_states_proj", encoder_hidden_states_proj);
  register_module("text_encoder_hidden_states_norm", text_encoder_hidden_states_norm);
}

DecoderCondition ProjectionImpl::forward(const at::Tensor& picture, const at::Tensor& pooled, const at::Tensor& hidden) {
  const auto n = pooled.size(0), width = config_.embedding;
  if (pooled.size(1) != width || hidden.size(2) != width || (picture.defined() && picture.size(1) != width))
    throw Error(ErrorCategory::bad_argument,
                fmt::format("the decoder is told embeddings of {} numbers; the encoders are another model's", width));
  const auto dtype = pooled.scalar_type();
  const auto seen = (picture.defined() ? picture : learned_classifier_free_guidance_embeddings.unsqueeze(0))
                        .to(dtype)
                        .expand({n, width})
                        .contiguous();
  const auto tokens = clip_extra_context_tokens_proj(seen).view({n, config_.context_width, config_.tokens}).transpose(1, 2);
  const auto words = text_encoder_hidden_states_norm(encoder_hidden_states_proj(hidden.to(dtype)));
  return {at::cat({tokens, words}, 1), clip_image_embeddings_project_to_time_embeddings(seen) + embedding_proj(pooled)};
}

}  // namespace inkstone::unclip
