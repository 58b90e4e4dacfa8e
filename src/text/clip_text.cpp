#include "text/clip_text.hpp"

#include <limits>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "text/module_branch.hpp"

namespace inkstone {
namespace {

// -inf above the diagonal: no token sees those behind it.
at::Tensor causal_mask(int64_t length, const at::TensorOptions& options) {
  return at::full({length, length}, -std::numeric_limits<double>::infinity(), options).triu(1);
}

}  // namespace

ClipTextImpl::ClipTextImpl(const ClipTextConfig& config) : config_(config), final_layer_norm(config.width, config.norm_eps) {
  const auto text_model = branch_of(*this, "text_model");
  const auto embeddings = branch_of(*text_model, "embeddings");
  token_embedding = embedding_of(*embeddings, "token_embedding", config.vocabulary, config.width);
  position_embedding = embedding_of(*embeddings, "position_embedding", config.positions, config.width);
  const ClipLayerSizes sizes{config.width, config.heads, config.hidden, config.activation, config.norm_eps};
  for (int64_t i = 0; i < config.layers; ++i) layers->push_back(ClipLayer(sizes));
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
  const int64_t length = embedded.size(1), kept = config_.layers - ask.skip;
  const auto mask = causal_mask(length, embedded.options());
  auto x = embedded + position_embedding.narrow(0, 0, length).to(embedded.scalar_type());
  ClipTextAnswer answer;
  for (int64_t i = 0; i < config_.layers; ++i) {
    if (i == kept) answer.hidden = x;
    if (i >= kept && !ask.pooled) break;
    x = layers[static_cast<std::size_t>(i)]->as<ClipLayer>()->forward(x, mask);
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
