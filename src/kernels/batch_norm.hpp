// Batch normalisation with the rectifier that follows it, each direction in two sweeps over channels-last memory (Ioffe and
// Szegedy, ICML 2015). Eager libtorch takes five sweeps and keeps one more copy of the activations for the backward pass.
//
// CPU, float32 or bfloat16, [N,C] or channels-last [N,C,H,W]; per-channel vectors are float32 [C]. Sums run over fixed blocks,
// so results do not depend on the number of threads.
#pragma once

#include <ATen/core/Tensor.h>

namespace inkstone::kernels {

// True for tensors that the functions below take.
bool takes_batch_norm(const at::Tensor& x);

// x or a copy of it in the layout above.
at::Tensor in_rows(const at::Tensor& x);

struct ChannelMoments {
  at::Tensor mean, variance;  // variance: over the batch, biased
};
ChannelMoments channel_moments(const at::Tensor& x);

// y = rectify(x scale + shift), dtype of x; rectify(v) = v > 0 ? v : slope v (0: ReLU, 1: none).
at::Tensor scale_rectify(const at::Tensor& x, const at::Tensor& scale, const at::Tensor& shift, double slope);

struct BatchNormGradients {
  at::Tensor input, weight, bias;
};
// Of y = rectify((x - mean) inverse_deviation weight + bias), where mean and deviation are those of x itself.
BatchNormGradients batch_norm_backward(const at::Tensor& dy, const at::Tensor& x, const at::Tensor& mean,
                                       const at::Tensor& inverse_deviation, const at::Tensor& weight, const at::Tensor& bias,
                                       double slope);

}  // namespace inkstone::kernels
