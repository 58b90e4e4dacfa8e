// A diffusion transformer (Peebles and Xie, ICCV 2023) over patches of the noisy picture, conditioned as PixArt-alpha is (Chen et
// al., ICLR 2024): one adaLN of time and text for all blocks, with a table of each block's own, gates that start at zero, and
// cross-attention to the words. It says the clean picture (Li and He 2025), which a few convolutions at half a patch finish, so
// that patches leave no seams.
#pragma once

#include <torch/nn.h>

#include "models/words/config.hpp"
#include "nn/attention_listener.hpp"
#include "nn/group_norm.hpp"
#include "nn/low_rank.hpp"
#include "nn/time_embedding.hpp"

namespace inkstone::words {

// Parameters: scale_shift_table [6,D], to_qkv, to_out, to_q, to_kv, to_out_text, proj_in, proj_out.
class PainterBlockImpl : public torch::nn::Module {
 public:
  explicit PainterBlockImpl(const PainterConfig& config);
  // x float32 [N,P,D], modulation [N,6,D], words [N,L,T]. listener: is told what the places look at; or none.
  at::Tensor forward(const at::Tensor& x, const at::Tensor& modulation, const at::Tensor& words,
                     nn::AttentionListener* listener = nullptr);

 private:
  at::Tensor self_attention(const at::Tensor& x);
  at::Tensor cross_attention(const at::Tensor& x, const at::Tensor& words, nn::AttentionListener* listener);

  int64_t heads_;
  at::Tensor scale_shift_table;
  nn::AdaptableLinear to_qkv, to_out, to_q, to_kv, to_out_text, proj_in, proj_out;
};
TORCH_MODULE(PainterBlock);

// x + conv2(silu(norm2(conv1(silu(norm1(x)))))).
class StrokeBlockImpl : public torch::nn::Module {
 public:
  explicit StrokeBlockImpl(int64_t channels);
  at::Tensor forward(const at::Tensor& x);

 private:
  nn::GroupNorm norm1, norm2;
  torch::nn::Conv2d conv1, conv2;
};
TORCH_MODULE(StrokeBlock);

class TransformerImpl : public torch::nn::Module {
 public:
  // Throws bad_argument for sides that are no multiples of the patch.
  explicit TransformerImpl(const PainterConfig& config);
  // x float32 [N,C,H,W], time float32 [N] in [0,1000], words float32 [N,L,T] -> the clean picture, float32 [N,C,H,W].
  at::Tensor forward(const at::Tensor& x, const at::Tensor& time, const at::Tensor& words,
                     nn::AttentionListener* listener = nullptr);

  // Whether training keeps of a block what it was given alone (nn/recompute.hpp).
  bool recompute_blocks = false;

 private:
  at::Tensor finished(const at::Tensor& x, const at::Tensor& tokens, const at::Tensor& embedding);

  PainterConfig config_;
  at::Tensor positions_, scale_shift_table;
  torch::nn::Conv2d patch_embed, stroke_in, stroke_out;
  nn::TimeEmbedding time_embedding;
  torch::nn::Linear text_proj, adaln, to_strokes;
  torch::nn::ModuleList blocks, strokes;
};
TORCH_MODULE(Transformer);

}  // namespace inkstone::words
