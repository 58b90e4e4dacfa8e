// Group normalisation (Wu and He 2018) with what stands around it in a residual block of a diffusion network done in the
// same sweep: the time embedding added before, SiLU and dropout after. Eager libtorch goes through memory five times for
// that, forward and backward, and its backward keeps every stage; this keeps the input alone.
#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

namespace inkstone::kernels {

// y = dropout(silu((x + shift - mean) / sqrt(variance + eps) * weight + bias)), moments over each picture's groups of channels.
struct GroupNormSettings {
  int64_t groups = 32;
  double eps = 1e-5;
  bool silu = true;
  double dropout = 0;  // probability of zero; what stays is scaled by 1 / (1 - dropout)
  uint64_t seed = 0;   // the mask is a function of (seed, picture, element), and is not stored
};

struct GroupNormResult {
  at::Tensor y;           // shape and dtype of x, channels-last
  at::Tensor mean, rstd;  // float32 [N, groups]; mean of x + shift
};

// x: channels-last [N,C,H,W], float32 or bfloat16, on the CPU. shift: float32 [N,C] or undefined. weight, bias: float32 [C].
// The result does not depend on the number of threads, nor a picture's on the others of its batch.
GroupNormResult group_norm(const at::Tensor& x, const at::Tensor& shift, const at::Tensor& weight, const at::Tensor& bias,
                           const GroupNormSettings& settings);

struct GroupNormGradients {
  at::Tensor x;             // dtype of x, channels-last
  at::Tensor shift;         // float32 [N,C]; the gradient of x summed over the picture
  at::Tensor weight, bias;  // float32 [C]
};

// dy: like y. The other arguments are those of the forward pass, and what it returned.
GroupNormGradients group_norm_backward(const at::Tensor& dy, const at::Tensor& x, const at::Tensor& shift,
                                       const at::Tensor& weight, const at::Tensor& bias, const GroupNormResult& forward,
                                       const GroupNormSettings& settings);

}  // namespace inkstone::kernels
