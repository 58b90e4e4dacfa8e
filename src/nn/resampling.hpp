// Half and double the size, as U-Nets do: a strided convolution down, nearest neighbours and a convolution up. Odd sizes lose
// nothing: down rounds up, and up is told the size to come back to.
#pragma once

#include <torch/nn.h>

namespace inkstone::nn {

// 3x3, stride 2, padding 1: [N,C,H,W] -> [N,C,(H+1)/2,(W+1)/2].
class DownsampleImpl : public torch::nn::Module {
 public:
  explicit DownsampleImpl(int64_t channels);
  at::Tensor forward(const at::Tensor& x);

  torch::nn::Conv2d conv;
};
TORCH_MODULE(Downsample);

// Every pixel twice in both directions: [N,C,H,W] -> [N,C,2H,2W], channels-last.
at::Tensor doubled(const at::Tensor& x);

// Doubled, cut to height x width (at most 2H x 2W), then 3x3.
class UpsampleImpl : public torch::nn::Module {
 public:
  explicit UpsampleImpl(int64_t channels);
  at::Tensor forward(const at::Tensor& x, int64_t height, int64_t width);

  torch::nn::Conv2d conv;
};
TORCH_MODULE(Upsample);

}  // namespace inkstone::nn
