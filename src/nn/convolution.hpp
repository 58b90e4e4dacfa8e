// Convolution and linear layers that may be spectrally normalised; otherwise torch.nn.Conv2d and torch.nn.Linear, names and all.
#pragma once

#include <vector>

#include <torch/nn.h>

#include "nn/spectral_norm.hpp"

namespace inkstone::nn {

struct ConvolutionOptions {
  int64_t in = 0, out = 0;
  std::vector<int64_t> kernel = {4, 4};  // height, width
  int64_t stride = 2, padding = 1;
  bool bias = false;
  bool spectral = false;
};

// [N,I,H,W] -> [N,O,...] in channels-last memory on the CPU. weight [O,I,kh,kw], bias [O].
class ConvolutionImpl : public torch::nn::Module {
 public:
  explicit ConvolutionImpl(ConvolutionOptions options);
  at::Tensor forward(const at::Tensor& x);

  MaybeSpectral weight;
  at::Tensor bias;

 private:
  ConvolutionOptions options_;
};
TORCH_MODULE(Convolution);

// [N,I] -> [N,O]. weight [O,I], bias [O].
class LinearImpl : public torch::nn::Module {
 public:
  LinearImpl(int64_t in, int64_t out, bool bias = true, bool spectral = false);
  at::Tensor forward(const at::Tensor& x);

  MaybeSpectral weight;
  at::Tensor bias;
};
TORCH_MODULE(Linear);

}  // namespace inkstone::nn
