#include "models/stable_diffusion/transformer_blocks.hpp"

#include "nn/attention.hpp"
#include "nn/geglu.hpp"

namespace inkstone::sd {

CrossAttentionImpl::CrossAttentionImpl(int64_t channels, int64_t context_width, int64_t heads)
    : to_q(channels, channels, false),
      to_k(context_width, channels, false),
      to_v(context_width, channels, false),
      to_out(channels, channels),
      heads_(heads) {
  register_module("to_q", to_q);
  register_module("to_k", to_k);
  register_module("to_v", to_v);
  register_module("to_out", torch::nn::ModuleList(to_out));
}

at::Tensor CrossAttentionImpl::forward(const at::Tensor& x, const at::Tensor& seen, const at::Tensor& residual) {
  const auto by_head = [&](const at::Tensor& rows) {
    return rows.view({rows.size(0), rows.size(1), heads_, rows.size(2) / heads_}).transpose(1, 2);
  };
  const auto q = by_head(to_q(x)), k = by_head(to_k(seen));
  if (listener != nullptr) listener->hear(nn::attention_weights(q, k));
  const auto out = nn::attend(q, k, by_head(to_v(seen)));
  return to_out(out.transpose(1, 2).reshape(x.sizes()), residual);
}

at::Tensor CrossAttentionImpl::forward_alone(const at::Tensor& x, const at::Tensor& residual) {
  return to_out(to_v(x), residual);
}

FeedForwardImpl::FeedForwardImpl(int64_t channels) : proj(channels, 8 * channels), out(4 * channels, channels) {
  torch::nn::ModuleDict gate, net;
  gate->update({{"proj", proj.ptr()}});
  net->update({{"0", gate.ptr()}, {"2", out.ptr()}});
  register_module("net", net);
}

at::Tensor FeedForwardImpl::forward(const at::Tensor& x, const at::Tensor& residual) {
  return out(nn::geglu(proj(x)), residual);
}

TransformerBlockImpl::TransformerBlockImpl(int64_t channels, int64_t context_width, int64_t heads)
    : norm1(channels),
      norm2(channels),
      norm3(channels),
      attn1(channels, channels, heads),
      attn2(channels, context_width, heads),
      ff(channels) {
  register_module("norm1", norm1);
  register_module("attn1", attn1);
  register_module("norm2", norm2);
  register_module("attn2", attn2);
  register_module("norm3", norm3);
  register_module("ff", ff);
}

at::Tensor TransformerBlockImpl::forward(at::Tensor x, const at::Tensor& context) {
  if (weakness == Weakness::skipped) return x;
  const auto pixels = norm1(x);
  x = weakness == Weakness::attention ? attn1->forward_alone(pixels, x) : attn1(pixels, pixels, x);
  x = attn2(norm2(x), context, x);
  return ff(norm3(x), x);
}

SpatialTransformerImpl::SpatialTransformerImpl(int64_t channels, int64_t context_width, int64_t heads, int64_t layers,
                                               int64_t groups)
    : norm(groups, channels, 1e-6), proj_in(channels, channels), proj_out(channels, channels) {
  register_module("norm", norm);
  register_module("proj_in", proj_in);
  for (int64_t layer = 0; layer < layers; ++layer)
    transformer_blocks->push_back(TransformerBlock(channels, context_width, heads));
  register_module("transformer_blocks", transformer_blocks);
  register_module("proj_out", proj_out);
}

at::Tensor SpatialTransformerImpl::forward(const at::Tensor& x, const at::Tensor& context) {
  const int64_t n = x.size(0), c = x.size(1), h = x.size(2), w = x.size(3);
  auto rows = proj_in(norm(x).permute({0, 2, 3, 1}).reshape({n, h * w, c}));
  for (const auto& block : *transformer_blocks) rows = block->as<TransformerBlockImpl>()->forward(rows, context);
  return proj_out(rows, x.permute({0, 2, 3, 1}).reshape({n, h * w, c})).view({n, h, w, c}).permute({0, 3, 1, 2});
}

}  // namespace inkstone::sd
