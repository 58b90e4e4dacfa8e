// Group normalisation (Wu and He 2018) as residual blocks use it: with the embedding before, SiLU and dropout after in one sweep,
// forward and backward. Takes float32 and bfloat16 pictures with float32 weights, so it runs under autocast, where
// libtorch 1.13's throws.
#pragma once

#include <torch/nn.h>

namespace inkstone::nn {

// Channels to a group as Ho et al. 2020 have at their widths: `most` groups, fewer where that leaves less than four channels to
// one.
int64_t group_count(int64_t channels, int64_t most = 32);

// Instance normalisation (Ulyanov, Vedaldi and Lempitsky 2016): every channel of every picture by its own moments. x [N,C,H,W];
// weight, bias float32 [C] -> the same shape and dtype, channels-last. Differentiable once.
at::Tensor instance_norm(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, double eps);

// weight, bias: float32 [C], named as torch::nn::GroupNorm's.
class GroupNormImpl : public torch::nn::Module {
 public:
  explicit GroupNormImpl(int64_t channels, double eps = 1e-5, int64_t most_groups = 32);

  // x [N,C,H,W] in any layout -> the same shape and dtype, channels-last.
  at::Tensor forward(const at::Tensor& x);
  // dropout(silu(norm(x + shift))): shift [N,C] of any float dtype, or undefined. Dropout acts in training mode; its mask comes
  // from one draw of torch's global generator.
  at::Tensor silu(const at::Tensor& x, const at::Tensor& shift = {}, double dropout = 0);

  at::Tensor weight, bias;

 private:
  int64_t groups_;
  double eps_;
};
TORCH_MODULE(GroupNorm);

}  // namespace inkstone::nn
