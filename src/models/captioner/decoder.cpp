#include "models/captioner/decoder.hpp"

#include <cmath>
#include <limits>

namespace inkstone::captioner {
namespace {

constexpr double kTokenDeviation = 0.02, kPlaceDeviation = 0.1;

torch::nn::LayerNorm normal(int64_t features) {
  return torch::nn::LayerNorm(torch::nn::LayerNormOptions({features}));
}

// [N,L,parts*D] -> [parts,N,heads,L,D/heads]
at::Tensor heads_of(const at::Tensor& x, int64_t parts, int64_t heads) {
  return x.view({x.size(0), x.size(1), parts, heads, -1}).permute({2, 0, 3, 1, 4});
}

// softmax(q k^T / sqrt(d) + mask) v, the heads side by side again.
at::Tensor attended(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const at::Tensor& mask) {
  auto scores = at::matmul(q / std::sqrt(double(q.size(-1))), k.transpose(-1, -2));
  if (mask.defined()) scores = scores + mask;
  return at::matmul(at::softmax(scores, -1), v).transpose(1, 2).flatten(2);
}

// Nought where a word may look, minus infinity at those after it.
at::Tensor nothing_ahead(int64_t length, const at::TensorOptions& like) {
  return at::full({length, length}, -std::numeric_limits<float>::infinity(), like).triu(1);
}

}  // namespace

WriterLayerImpl::WriterLayerImpl(const CaptionerConfig& c)
    : heads_(c.heads),
      dropout_(c.dropout),
      norm1(normal(c.features)),
      norm2(normal(c.features)),
      norm3(normal(c.features)),
      to_qkv(c.features, 3 * c.features),
      to_out(c.features, c.features),
      to_q(c.features, c.features),
      to_kv(c.features, 2 * c.features),
      to_out_places(c.features, c.features),
      proj_in(c.features, 2 * c.features),
      proj_out(2 * c.features, c.features) {
  register_module("norm1", norm1);
  register_module("to_qkv", to_qkv);
  register_module("to_out", to_out);
  register_module("norm2", norm2);
  register_module("to_q", to_q);
  register_module("to_kv", to_kv);
  register_module("to_out_places", to_out_places);
  register_module("norm3", norm3);
  register_module("proj_in", proj_in);
  register_module("proj_out", proj_out);
}

at::Tensor WriterLayerImpl::dropped(const at::Tensor& x) const {
  return at::dropout(x.to(at::kFloat), dropout_, is_training());
}

at::Tensor WriterLayerImpl::among_words(const at::Tensor& x, const at::Tensor& mask) {
  const auto qkv = heads_of(to_qkv(x), 3, heads_);
  return to_out(attended(qkv[0], qkv[1], qkv[2], mask));
}

at::Tensor WriterLayerImpl::at_places(const at::Tensor& x, const at::Tensor& places) {
  const auto q = heads_of(to_q(x), 1, heads_), kv = heads_of(to_kv(places), 2, heads_);
  return to_out_places(attended(q[0], kv[0], kv[1], {}));
}

at::Tensor WriterLayerImpl::forward(const at::Tensor& x, const at::Tensor& places, const at::Tensor& mask) {
  auto y = x + dropped(among_words(norm1(x), mask));
  y = y + dropped(at_places(norm2(y), places));
  return y + dropped(proj_out(at::gelu(proj_in(norm3(y)))));
}

DecoderImpl::DecoderImpl(const CaptionerConfig& c)
    : vocabulary_(c.vocabulary),
      dropout_(c.dropout),
      token_embedding(c.vocabulary + kLanguages, c.features),
      position_embedding(c.length, c.features),
      norm(normal(c.features)) {
  register_module("token_embedding", token_embedding);
  register_module("position_embedding", position_embedding);
  for (int64_t layer = 0; layer < c.depth; ++layer) layers->push_back(WriterLayer(c));
  register_module("layers", layers);
  register_module("norm", norm);
  const at::NoGradGuard fixed;
  token_embedding->weight.normal_(0, kTokenDeviation);
  position_embedding->weight.normal_(0, kPlaceDeviation);
}

at::Tensor DecoderImpl::forward(const at::Tensor& places, const at::Tensor& ids) {
  const int64_t length = ids.size(1);
  const auto words = token_embedding(ids) * std::sqrt(double(token_embedding->weight.size(1)));
  auto x = at::dropout(words + position_embedding->weight.narrow(0, 0, length), dropout_, is_training());
  const auto mask = nothing_ahead(length, x.options());
  for (const auto& layer : *layers) x = layer->as<WriterLayerImpl>()->forward(x, places, mask);
  return at::linear(norm(x), token_embedding->weight.narrow(0, 0, vocabulary_)).to(at::kFloat);
}

}  // namespace inkstone::captioner
