#include "models/unclip/prior.hpp"

#include <cmath>
#include <limits>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "nn/thaw.hpp"
#include "text/attention.hpp"
#include "text/module_branch.hpp"

namespace inkstone::unclip {
namespace {

// Behind the words: the pooled words, the time, the noisy embedding, and the place where the answer is read.
constexpr int64_t kRowsBehindWords = 4;

at::Tensor unseen_behind(int64_t length, const at::TensorOptions& options) {
  return at::full({length, length}, -std::numeric_limits<double>::infinity(), options).triu(1);
}

}  // namespace

PriorBlockImpl::PriorBlockImpl(int64_t width, int64_t heads)
    : heads_(heads),
      norm1(width),
      norm3(width),
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

at::Tensor PriorBlockImpl::attend(const at::Tensor& x, const at::Tensor& mask, const at::Tensor& residual) {
  return to_out(attention_of_heads(to_q(x), to_k(x), to_v(x), heads_, mask), residual);
}

at::Tensor PriorBlockImpl::forward(const at::Tensor& x, const at::Tensor& mask) {
  const auto seen = attend(norm1(x), mask, x);
  return out(at::gelu(proj(norm3(seen))), seen);
}

PriorTransformerImpl::PriorTransformerImpl(const PriorConfig& config)
    : config_(config),
      time_embedding(config.width(), config.width()),
      proj_in(config.embedding, config.width()),
      embedding_proj(config.embedding, config.width()),
      encoder_hidden_states_proj(config.embedding, config.width()),
      proj_to_clip_embeddings(config.width(), config.embedding),
      norm_out(config.width()) {
  register_module("time_embedding", time_embedding);
  register_module("proj_in", proj_in);
  register_module("embedding_proj", embedding_proj);
  register_module("encoder_hidden_states_proj", encoder_hidden_states_proj);
  for (int64_t layer = 0; layer < config.layers; ++layer) transformer_blocks->push_back(PriorBlock(config.width(), config.heads));
  register_module("transformer_blocks", transformer_blocks);
  register_module("norm_out", norm_out);
  register_module("proj_to_clip_embeddings", proj_to_clip_embeddings);
  positional_embedding =
      register_parameter("positional_embedding", nn::placeholder({1, config.words + kRowsBehindWords, config.width()}), false);
  prd_embedding = register_parameter("prd_embedding", nn::placeholder({1, 1, config.width()}), false);
  clip_mean = register_parameter("clip_mean", nn::placeholder({1, config.embedding}), false);
  clip_std = register_parameter("clip_std", nn::placeholder({1, config.embedding}), false);
}

void PriorTransformerImpl::begin() {
  nn::thaw(*this);
  const at::NoGradGuard constant;
  for (auto* rows : {&positional_embedding, &prd_embedding}) {
    rows->set_data(at::randn(rows->sizes()) * 0.02);
    rows->requires_grad_(true);
  }
  clip_mean.set_data(at::zeros(clip_mean.sizes()));
  clip_std.set_data(at::full(clip_std.sizes(), 1 / std::sqrt(double(config_.embedding))));
}

void PriorTransformerImpl::measure(const at::Tensor& z) {
  const at::NoGradGuard constant;
  clip_mean.copy_(z.mean({0}, true));
  clip_std.copy_(z.std({0}, true, true).clamp_min(1e-4));
}

// Shorter texts leave out the positions before the last four, where padding would stand that nobody sees.
at::Tensor PriorTransformerImpl::placed(const at::Tensor& rows) const {
  const auto words = rows.size(1) - kRowsBehindWords;
  const auto places =
      at::cat({positional_embedding.narrow(1, 0, words), positional_embedding.narrow(1, config_.words, kRowsBehindWords)}, 1);
  return rows + places.to(rows.scalar_type());
}

at::Tensor PriorTransformerImpl::forward(const at::Tensor& x, const at::Tensor& time, const at::Tensor& pooled,
                                         const at::Tensor& hidden) {
  if (hidden.size(1) > config_.words || hidden.size(2) != config_.embedding || pooled.size(1) != config_.embedding)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("the prior reads at most {} words of {} numbers; the text encoder is another model's", config_.words,
                            config_.embedding));
  const auto dtype = x.scalar_type();
  const auto instant = time_embedding(sd::time_projection(time, config_.width(), true, 0).to(dtype));
  const auto place = prd_embedding.to(dtype).expand({x.size(0), 1, -1});
  auto rows = placed(at::cat({encoder_hidden_states_proj(hidden.to(dtype)), embedding_proj(pooled.to(dtype)).unsqueeze(1),
                              instant.unsqueeze(1), proj_in(x).unsqueeze(1), place},
                             1));
  const auto mask = unseen_behind(rows.size(1), rows.options());
  for (const auto& block : *transformer_blocks) rows = block->as<PriorBlockImpl>()->forward(rows, mask);
  return proj_to_clip_embeddings(norm_out(rows.select(1, rows.size(1) - 1).contiguous()));
}

at::Tensor PriorTransformerImpl::scaled(const at::Tensor& z) const {
  return (z.to(at::kFloat) - clip_mean.to(at::kFloat)) / clip_std.to(at::kFloat);
}

at::Tensor PriorTransformerImpl::unscaled(const at::Tensor& x) const {
  return x.to(at::kFloat) * clip_std.to(at::kFloat) + clip_mean.to(at::kFloat);
}

}  // namespace inkstone::unclip
