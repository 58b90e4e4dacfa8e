#include "models/words/text_encoder.hpp"

#include "nn/attention.hpp"

namespace inkstone::words {
namespace {

torch::nn::LayerNorm text_norm(int64_t features) {
  return torch::nn::LayerNorm(torch::nn::LayerNormOptions({features}));
}

}  // namespace

TextLayerImpl::TextLayerImpl(int64_t features, int64_t heads)
    : heads_(heads),
      norm1(text_norm(features)),
      norm2(text_norm(features)),
      to_qkv(features, 3 * features),
      to_out(features, features),
      proj_in(features, 4 * features),
      proj_out(4 * features, features) {
  register_module("norm1", norm1);
  register_module("to_qkv", to_qkv);
  register_module("to_out", to_out);
  register_module("norm2", norm2);
  register_module("proj_in", proj_in);
  register_module("proj_out", proj_out);
}

at::Tensor TextLayerImpl::forward(const at::Tensor& x) {
  const int64_t n = x.size(0), l = x.size(1), d = x.size(2);
  const auto qkv = to_qkv(norm1(x)).view({n, l, 3, heads_, d / heads_}).permute({2, 0, 3, 1, 4});
  const auto seen = nn::attend(qkv[0], qkv[1], qkv[2]).transpose(1, 2).reshape({n, l, d});
  const auto y = x + to_out(seen);
  return y + proj_out(at::gelu(proj_in(norm2(y))));
}

TextEncoderImpl::TextEncoderImpl(const PainterConfig& c)
    : token_embedding(c.vocabulary, c.text_features),
      position_embedding(c.text_length, c.text_features),
      norm(text_norm(c.text_features)) {
  register_module("token_embedding", token_embedding);
  register_module("position_embedding", position_embedding);
  for (int64_t layer = 0; layer < c.text_depth; ++layer) layers->push_back(TextLayer(c.text_features, c.text_heads));
  register_module("layers", layers);
  register_module("norm", norm);
  const at::NoGradGuard fixed;
  token_embedding->weight.normal_(0, 0.5);
  position_embedding->weight.normal_(0, 0.1);
}

at::Tensor TextEncoderImpl::forward(const at::Tensor& ids) {
  auto x = token_embedding(ids) + position_embedding->weight;
  for (const auto& layer : *layers) x = layer->as<TextLayerImpl>()->forward(x);
  return norm(x.to(norm->weight.scalar_type()));
}

}  // namespace inkstone::words
