#include "text/clip_text.hpp"

#include <cmath>
#include <limits>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "text/module_branch.hpp"

namespace inkstone {
namespace {

// x sigmoid(1.702 x), OpenAI's approximation of x Phi(x).
at::Tensor quick_gelu(const at::Tensor& x) {
  return x * at::sigmoid(1.702 * x);
}

// -inf above the diagonal: no token sees those behind it.
at::Tensor causal_mask(int64_t length, const at::TensorOptions& options) {
  return at::full({length, length}, -std::numeric_limits<double>::infinity(), options).triu(1);
}

}  // namespace

ClipTextLayerImpl::ClipTextLayerImpl(const ClipTextConfig& config)
    : heads_(config.heads),
      activation_(config.activation),
      layer_norm1(config.width, config.norm_eps),
      layer_norm2(config.width, config.norm_eps),
      q_proj(config.width, config.width),
      k_proj(config.width, config.width),
      v_proj(config.width, config.width),
      out_proj(config.width, config.width),
      fc1(config.width, config.hidden),
      fc2(config.hidden, config.width) {
  register_module("layer_norm1", layer_norm1);
  const auto attention = branch_of(*this, "self_attn");
  attention->register_module("q_proj", q_proj);
  attention->register_module("k_proj", k_proj);
  attention->register_module("v_proj", v_proj);
  attention->register_module("out_proj", out_proj);
  register_module("layer_norm2", layer_norm2);
  const auto mlp = branch_of(*this, "mlp");
  mlp->register_module("fc1", fc1);
  mlp->register_module("fc2", fc2);
}

at::Tensor ClipTextLayerImpl::attend(const at::Tensor& x, const at::Tensor& mask) {
  const int64_t n = x.size(0), l = x.size(1), c = x.size(2), d = c / heads_;
  const auto heads = [&](const at::Tensor& rows) { return rows.view({n, l, heads_, d}).transpose(1, 2); };
  const auto q = heads(q_proj(x)) / std::sqrt(static_cast<double>(d)), k = heads(k_proj(x)), v = heads(v_proj(x));
  const auto attention = at::softmax(at::matmul(q, k.transpose(-1, -2)) + mask, -1);
  return out_proj(at::matmul(attention, v).transpose(1, 2).reshape({n, l, c}));
}

at::Tensor ClipTextLayerImpl::forward(const at::Tensor& x, const at::Tensor& mask) {
  const auto seen = x + attend(layer_norm1(x), mask);
  const auto wide = fc1(layer_norm2(seen));
  return fc2(activation_ == TextActivation::quick_gelu ? quick_gelu(wide) : at::gelu(wide), seen);
}

ClipTextImpl::ClipTextImpl(const ClipTextConfig& config) : config_(config), final_layer_norm(config.width, config.norm_eps) {
  const auto text_model = branch_of(*this, "text_model");
  const auto embeddings = branch_of(*text_model, "embeddings");
  token_embedding = embedding_of(*embeddings, "token_embedding", config.vocabulary, config.width);
  position_embedding = embedding_of(*embeddings, "position_embedding", config.positions, config.width);
  for (int64_t i = 0; i < config.layers; ++i) layers->push_back(ClipTextLayer(config));
  branch_of(*text_model, "encoder")->register_module("layers", layers);
  text_model->register_module("final_layer_norm", final_layer_norm);
  if (config.projection == 0) return;
  text_projection = register_module("text_projection", nn::FrozenLinear(config.width, config.projection, false));
}

at::Tensor ClipTextImpl::embed(const at::Tensor& ids, at::ScalarType dtype) {
  return at::embedding(token_embedding, ids.to(device())).to(dtype);
}

at::Tensor ClipTextImpl::pool(const at::Tensor& normed, const std::vector<int64_t>& ends) {
  std::vector<at::Tensor> rows;
  for (std::size_t i = 0; i < ends.size(); ++i) rows.push_back(normed[static_cast<int64_t>(i)][ends[i]]);
  const auto whole = at::stack(rows);
  return text_projection ? text_projection(whole) : whole;
}

ClipTextAnswer ClipTextImpl::forward(const at::Tensor& embedded, const std::vector<int64_t>& ends, const ClipTextAsk& ask) {
  if (ask.skip < 0 || ask.skip > config_.layers)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("cannot leave out {} layers of a text encoder that has {}", ask.skip, config_.layers));
  const at::NoGradGuard inference;
  const int64_t length = embedded.size(1), kept = config_.layers - ask.skip;
  const auto mask = causal_mask(length, embedded.options());
  auto x = embedded + position_embedding.narrow(0, 0, length).to(embedded.scalar_type());
  ClipTextAnswer answer;
  for (int64_t i = 0; i < config_.layers; ++i) {
    if (i == kept) answer.hidden = x;
    if (i >= kept && !ask.pooled) break;
    x = layers[static_cast<std::size_t>(i)]->as<ClipTextLayer>()->forward(x, mask);
  }
  if (!answer.hidden.defined()) answer.hidden = x;
  if (ask.pooled) answer.pooled = pool(final_layer_norm(x), ends);
  if (ask.final_norm) answer.hidden = final_layer_norm(answer.hidden);
  return answer;
}

ClipText to_clip_text(const StateDict& weights, const ClipTextConfig& config, const nn::FillOptions& options) {
  ClipText network(config);
  nn::fill(*network, weights, options);
  return network;
}

}  // namespace inkstone
