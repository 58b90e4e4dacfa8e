// The transformer of a text-conditioned U-Net (Rombach et al. 2022, appendix E.2.1): pixels attend to one another, then to the
// prompt, then pass a gated feed-forward. Names as in diffusers' Transformer2DModel and BasicTransformerBlock.
#pragma once

#include <torch/nn.h>

#include "nn/attention_listener.hpp"
#include "nn/frozen.hpp"

namespace inkstone::sd {

// How a block is made worse in a known way, for guidance away from its answer.
enum class Weakness {
  none,
  attention,  // pixels see themselves alone (Ahn et al. 2024, perturbed-attention guidance)
  skipped,    // the block passes its input on
};

// to_q, to_k, to_v without bias, to_out.0.
class CrossAttentionImpl : public torch::nn::Module {
 public:
  CrossAttentionImpl(int64_t channels, int64_t context_width, int64_t heads);
  // x [N,L,C] looks at seen [N,M,context_width] -> residual + what it saw, [N,L,C]
  at::Tensor forward(const at::Tensor& x, const at::Tensor& seen, const at::Tensor& residual);
  // The same where each place attends to itself alone, so that its own value is all it sees; context_width must be C.
  at::Tensor forward_alone(const at::Tensor& x, const at::Tensor& residual);

  nn::FrozenLinear to_q, to_k, to_v, to_out;
  nn::AttentionListener* listener = nullptr;  // is told what the rows of x look at; or none

 private:
  int64_t heads_;
};
TORCH_MODULE(CrossAttention);

// net.0.proj, GEGLU, net.2: [N,L,C] -> residual + [N,L,C] through 4 C.
class FeedForwardImpl : public torch::nn::Module {
 public:
  explicit FeedForwardImpl(int64_t channels);
  at::Tensor forward(const at::Tensor& x, const at::Tensor& residual);

 private:
  nn::FrozenLinear proj, out;
};
TORCH_MODULE(FeedForward);

// x + attn1(norm1), + attn2(norm2, context), + ff(norm3).
class TransformerBlockImpl : public torch::nn::Module {
 public:
  TransformerBlockImpl(int64_t channels, int64_t context_width, int64_t heads);
  at::Tensor forward(at::Tensor x, const at::Tensor& context);

  // Who is told what the places look at in the prompt; nullptr: nobody.
  void listen(nn::AttentionListener* listener) { attn2->listener = listener; }

  Weakness weakness = Weakness::none;

 private:
  nn::FrozenLayerNorm norm1, norm2, norm3;
  CrossAttention attn1, attn2;
  FeedForward ff;
};
TORCH_MODULE(TransformerBlock);

// x + proj_out(transformer_blocks(proj_in(norm(x)))).
class SpatialTransformerImpl : public torch::nn::Module {
 public:
  SpatialTransformerImpl(int64_t channels, int64_t context_width, int64_t heads, int64_t layers, int64_t groups);
  // x [N,C,H,W], context [N,M,context_width] -> [N,C,H,W], channels-last
  at::Tensor forward(const at::Tensor& x, const at::Tensor& context);

 private:
  nn::FrozenGroupNorm norm;
  nn::FrozenLinear proj_in, proj_out;  // stored as 1x1 convolutions by SD 1.x
  torch::nn::ModuleList transformer_blocks;
};
TORCH_MODULE(SpatialTransformer);

}  // namespace inkstone::sd
