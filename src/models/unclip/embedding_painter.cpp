#include "models/unclip/embedding_painter.hpp"

#include <cmath>

namespace inkstone::unclip {

EmbeddingPainterImpl::EmbeddingPainterImpl(const words::PainterConfig& config, int64_t embedding, int64_t tokens)
    : transformer(config),
      embedding_proj(embedding, tokens * config.text_features),
      norm(torch::nn::LayerNormOptions({config.text_features})) {
  register_module("embedding_proj", embedding_proj);
  register_module("norm", norm);
  register_module("transformer", transformer);
  no_embedding = register_parameter("no_embedding", at::randn({tokens, config.text_features}));
}

// Directions have values of about 1/sqrt(D); networks want them near 1.
at::Tensor EmbeddingPainterImpl::context(const at::Tensor& z, const at::Tensor& kept) {
  const auto said = embedding_proj(z * std::sqrt(double(z.size(1)))).to(at::kFloat);
  const auto tokens = norm(said.view({z.size(0), no_embedding.size(0), no_embedding.size(1)}));
  return kept.defined() ? at::where(kept.view({-1, 1, 1}), tokens, no_embedding) : tokens;
}

at::Tensor EmbeddingPainterImpl::no_context(int64_t count) const {
  return no_embedding.unsqueeze(0).expand({count, -1, -1});
}

}  // namespace inkstone::unclip
