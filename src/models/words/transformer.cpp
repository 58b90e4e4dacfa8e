#include "models/words/transformer.hpp"

#include <cmath>

#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "nn/attention.hpp"
#include "nn/recompute.hpp"

namespace inkstone::words {
namespace {

constexpr int64_t kTimeWidth = 256, kStrokeBlocks = 2;

// Sines and cosines of row and column, a quarter of the features each (Peebles and Xie 2023; He et al. 2022): [1, rows * columns,
// features].
at::Tensor grid_positions(int64_t rows, int64_t columns, int64_t features) {
  const auto frequencies = at::exp(at::arange(features / 4, at::kDouble) * (-std::log(10000.0) / (double(features) / 4)));
  const auto waves = [&](int64_t length) {
    const auto angles = at::arange(length, at::kDouble).unsqueeze(1) * frequencies;
    return at::cat({angles.sin(), angles.cos()}, 1);
  };
  const auto down = waves(rows).unsqueeze(1).expand({rows, columns, -1}),
             across = waves(columns).unsqueeze(0).expand({rows, columns, -1});
  return at::cat({down, across}, 2).reshape({1, rows * columns, -1}).to(at::kFloat);
}

at::Tensor normed(const at::Tensor& x) {
  return at::layer_norm(x, {x.size(-1)}, {}, {}, 1e-6);
}

at::Tensor normed(const at::Tensor& x, const at::Tensor& scale, const at::Tensor& shift) {
  return normed(x) * (1 + scale) + shift;
}

at::Tensor heads_of(const at::Tensor& x, int64_t parts, int64_t heads) {
  return x.view({x.size(0), x.size(1), parts, heads, -1}).permute({2, 0, 3, 1, 4});
}

at::Tensor joined_heads(const at::Tensor& x) {
  return x.transpose(1, 2).flatten(2);
}

torch::nn::Conv2d around(int64_t in, int64_t out) {
  return torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, 3).padding(1));
}

void zero(torch::nn::LinearImpl& linear) {
  const at::NoGradGuard fixed;
  linear.weight.zero_();
  linear.bias.zero_();
}

}  // namespace

PainterBlockImpl::PainterBlockImpl(const PainterConfig& c)
    : heads_(c.heads),
      to_qkv(c.features, 3 * c.features),
      to_out(c.features, c.features),
      to_q(c.features, c.features),
      to_kv(c.text_features, 2 * c.features),
      to_out_text(c.features, c.features),
      proj_in(c.features, 4 * c.features),
      proj_out(4 * c.features, c.features) {
  scale_shift_table = register_parameter("scale_shift_table", at::zeros({6, c.features}));
  register_module("to_qkv", to_qkv);
  register_module("to_out", to_out);
  register_module("to_q", to_q);
  register_module("to_kv", to_kv);
  register_module("to_out_text", to_out_text);
  register_module("proj_in", proj_in);
  register_module("proj_out", proj_out);
  zero(*to_out_text);
}

at::Tensor PainterBlockImpl::self_attention(const at::Tensor& x) {
  const auto qkv = heads_of(to_qkv(x), 3, heads_);
  return to_out(joined_heads(nn::attend(qkv[0], qkv[1], qkv[2])));
}

at::Tensor PainterBlockImpl::cross_attention(const at::Tensor& x, const at::Tensor& words, nn::AttentionListener* listener) {
  const auto q = heads_of(to_q(x), 1, heads_), kv = heads_of(to_kv(words), 2, heads_);
  if (listener != nullptr) listener->hear(nn::attention_weights(q[0], kv[0]));
  return to_out_text(joined_heads(nn::attend(q[0], kv[0], kv[1])));
}

at::Tensor PainterBlockImpl::forward(const at::Tensor& x, const at::Tensor& modulation, const at::Tensor& words,
                                     nn::AttentionListener* listener) {
  const auto m = (scale_shift_table + modulation).unsqueeze(2).unbind(1);  // six of [N,1,D]
  auto y = x + m[2] * self_attention(normed(x, m[1], m[0]));
  y = y + cross_attention(normed(y), words, listener);
  return y + m[5] * proj_out(at::gelu(proj_in(normed(y, m[4], m[3]))));
}

StrokeBlockImpl::StrokeBlockImpl(int64_t channels)
    : norm1(channels), norm2(channels), conv1(around(channels, channels)), conv2(around(channels, channels)) {
  register_module("norm1", norm1);
  register_module("conv1", conv1);
  register_module("norm2", norm2);
  register_module("conv2", conv2);
}

at::Tensor StrokeBlockImpl::forward(const at::Tensor& x) {
  return x + conv2(norm2->silu(conv1(norm1->silu(x))));
}

TransformerImpl::TransformerImpl(const PainterConfig& c)
    : config_(c),
      patch_embed(torch::nn::Conv2dOptions(c.channels, c.features, c.patch).stride(c.patch)),
      stroke_in(around(c.channels * c.patch * c.patch / 4, c.strokes)),
      stroke_out(around(c.strokes, c.channels * c.patch * c.patch / 4)),
      time_embedding(kTimeWidth, c.features),
      text_proj(c.text_features, c.features),
      adaln(c.features, 6 * c.features),
      to_strokes(c.features, 4 * c.strokes) {
  if (c.height % c.patch != 0 || c.width % c.patch != 0 || c.patch % 2 != 0)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("a picture of {}x{} cannot be cut into patches of {}", c.width, c.height, c.patch));
  positions_ = grid_positions(c.height / c.patch, c.width / c.patch, c.features);
  scale_shift_table = register_parameter("scale_shift_table", at::zeros({2, c.features}));
  register_module("patch_embed", patch_embed);
  register_module("time_embedding", time_embedding);
  register_module("text_proj", text_proj);
  register_module("adaln", adaln);
  for (int64_t block = 0; block < c.depth; ++block) blocks->push_back(PainterBlock(c));
  register_module("blocks", blocks);
  register_module("to_strokes", to_strokes);
  register_module("stroke_in", stroke_in);
  for (int64_t block = 0; block < kStrokeBlocks; ++block) strokes->push_back(StrokeBlock(c.strokes));
  register_module("strokes", strokes);
  register_module("stroke_out", stroke_out);
  zero(*adaln);
}

at::Tensor TransformerImpl::forward(const at::Tensor& x, const at::Tensor& time, const at::Tensor& words,
                                    nn::AttentionListener* listener) {
  if (listener != nullptr) listener->begin(config_.height / config_.patch, config_.width / config_.patch, time[0].item<double>());
  const auto embedding = time_embedding(time) + text_proj(words.mean(1));
  const auto modulation = adaln(at::silu(embedding)).view({x.size(0), 6, config_.features});
  auto tokens = patch_embed(x).flatten(2).transpose(1, 2).to(at::kFloat) + positions_.to(x.device());
  for (const auto& block : *blocks) {
    const auto run = [block, listener](const std::vector<at::Tensor>& in) {
      return block->as<PainterBlockImpl>()->forward(in[0], in[1], in[2], listener);
    };
    const std::vector<at::Tensor> inputs = {tokens, modulation, words};
    tokens = recompute_blocks ? nn::recomputed(run, inputs, nn::leaves_of(*block)) : run(inputs);
  }
  return finished(x, tokens, embedding);
}

at::Tensor TransformerImpl::finished(const at::Tensor& x, const at::Tensor& tokens, const at::Tensor& embedding) {
  const int64_t rows = config_.height / config_.patch, columns = config_.width / config_.patch;
  const auto m = (scale_shift_table + embedding.unsqueeze(1)).unsqueeze(2).unbind(1);
  const auto said =
      to_strokes(normed(tokens, m[1], m[0])).transpose(1, 2).reshape({x.size(0), 4 * config_.strokes, rows, columns});
  auto y = at::pixel_shuffle(said, 2) + stroke_in(at::pixel_unshuffle(x, config_.patch / 2));
  for (const auto& block : *strokes) y = block->as<StrokeBlockImpl>()->forward(y);
  return at::pixel_shuffle(stroke_out(at::silu(y)).to(at::kFloat), config_.patch / 2);
}

}  // namespace inkstone::words
