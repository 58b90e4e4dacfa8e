// Multi-head self-attention over the pixels of a picture (Vaswani et al. 2017), residual, as Ho et al. 2020 put it into the
// U-Net.
#pragma once

#include <torch/nn.h>

#include "nn/group_norm.hpp"

namespace inkstone::nn {

// softmax(q k^T / sqrt(D)) v over [N,heads,L,D], in one walk through memory where no gradient is wanted.
at::Tensor attend(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v);

// x + to_out(attend(...norm(x))). Parameters as in diffusers' Attention: group_norm, to_q, to_k, to_v, to_out.0; the last starts
// at zero.
class SelfAttentionImpl : public torch::nn::Module {
 public:
  // channels must be a multiple of heads.
  SelfAttentionImpl(int64_t channels, int64_t heads, double eps = 1e-5, int64_t most_groups = 32);
  at::Tensor forward(const at::Tensor& x);  // [N,C,H,W] -> [N,C,H,W]

 private:
  int64_t heads_;
  GroupNorm group_norm;
  torch::nn::Linear to_q, to_k, to_v, to_out;
};
TORCH_MODULE(SelfAttention);

}  // namespace inkstone::nn
