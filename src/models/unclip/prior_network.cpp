#include "models/unclip/prior_network.hpp"

#include <cmath>
#include <limits>

#include <ATen/ATen.h>

#include "models/stable_diffusion/condition_embedding.hpp"
#include "text/attention.hpp"
#include "text/module_branch.hpp"

namespace inkstone::unclip {
namespace {

// Behind the words: the whole text, the time, the noisy embedding, and the place where the answer is read.
constexpr int64_t kRowsBehind = 4;

torch::nn::LayerNorm row_norm(int64_t width) {
  return torch::nn::LayerNorm(torch::nn::LayerNormOptions({width}));
}

at::Tensor unseen(int64_t length, const at::TensorOptions& options) {
  return at::full({length, length}, -std::numeric_limits<double>::infinity(), options).triu(1);
}

}  // namespace

PriorLayerImpl::PriorLayerImpl(int64_t width, int64_t heads)
    : heads_(heads),
      norm1(row_norm(width)),
      norm3(row_norm(width)),
      to_q(width, width),
      to_k(width, width),
      to_v(width, width),
      to_out(width, width),
      proj(width, 4 * width),
      out(4 * width, width) {
  register_module("norm1", norm1);
  register_module("norm3", norm3);
  const auto attention = branch_of(*this, "attn1");
  attention->register_module("to_q", to_q);
  attention->register_module("to_k", to_k);
  attention->register_module("to_v", to_v);
  attention->register_module("to_out", torch::nn::ModuleList(to_out));
  const auto net = branch_of(*branch_of(*this, "ff"), "net");
  branch_of(*net, "0")->register_module("proj", proj);
  net->register_module("2", out);
}

at::Tensor PriorLayerImpl::forward(const at::Tensor& x, const at::Tensor& mask) {
  const auto rows = norm1(x);
  const auto seen = x + to_out(attention_of_heads(to_q(rows), to_k(rows), to_v(rows), heads_, mask));
  return seen + out(at::gelu(proj(norm3(seen))));
}

PriorNetworkImpl::PriorNetworkImpl(const PriorConfig& config)
    : config_(config),
      linear_1(config.width(), config.width()),
      linear_2(config.width(), config.width()),
      proj_in(config.embedding, config.width()),
      embedding_proj(config.embedding, config.width()),
      encoder_hidden_states_proj(config.embedding, config.width()),
      proj_to_clip_embeddings(config.width(), config.embedding),
      norm_out(row_norm(config.width())) {
  const auto time = branch_of(*this, "time_embedding");
  time->register_module("linear_1", linear_1);
  time->register_module("linear_2", linear_2);
  register_module("proj_in", proj_in);
  register_module("embedding_proj", embedding_proj);
  register_module("encoder_hidden_states_proj", encoder_hidden_states_proj);
  for (int64_t layer = 0; layer < config.layers; ++layer) transformer_blocks->push_back(PriorLayer(config.width(), config.heads));
  register_module("transformer_blocks", transformer_blocks);
  register_module("norm_out", norm_out);
  register_module("proj_to_clip_embeddings", proj_to_clip_embeddings);
  positional_embedding =
      register_parameter("positional_embedding", at::randn({1, config.words + kRowsBehind, config.width()}) * 0.02);
  prd_embedding = register_parameter("prd_embedding", at::randn({1, 1, config.width()}) * 0.02);
  clip_mean = register_buffer("clip_mean", at::zeros({1, config.embedding}));
  clip_std = register_buffer("clip_std", at::full({1, config.embedding}, 1 / std::sqrt(double(config.embedding))));
}

void PriorNetworkImpl::measure(const at::Tensor& z) {
  const at::NoGradGuard fixed;
  clip_mean.copy_(z.mean({0}, true));
  clip_std.copy_(z.std({0}, true, true).clamp_min(1e-4));
}

at::Tensor PriorNetworkImpl::forward(const at::Tensor& x, const at::Tensor& time, const at::Tensor& direction,
                                     const at::Tensor& hidden) {
  const auto instant = linear_2(at::silu(linear_1(sd::time_projection(time, config_.width(), true, 0))));
  const auto place = prd_embedding.expand({x.size(0), 1, -1});
  auto rows = at::cat({encoder_hidden_states_proj(hidden), embedding_proj(direction).unsqueeze(1), instant.unsqueeze(1),
                       proj_in(x).unsqueeze(1), place},
                      1) +
              positional_embedding;
  const auto mask = unseen(rows.size(1), rows.options().requires_grad(false));
  for (const auto& layer : *transformer_blocks) rows = layer->as<PriorLayerImpl>()->forward(rows, mask);
  return proj_to_clip_embeddings(norm_out(rows.select(1, rows.size(1) - 1)));
}

}  // namespace inkstone::unclip
