// Transposed convolution computed as what it is by definition, the gradient of a convolution with respect to its input: on the
// CPU, oneDNN's kernels for that run about 2.4 times as fast as libtorch 1.13's own transposed convolution in float32, and 4
// times under autocast, where libtorch falls back to float32. docs/training-speed.md has the figures.
#pragma once

#include <vector>

#include <torch/nn.h>

namespace inkstone::nn {

// x [N,I,H,W], weight [I,O,kh,kw], bias [O] or undefined -> [N,O,(H-1) stride - 2 padding + kh, ...]. Differentiable any number
// of times. On devices other than the CPU the library's operator runs.
at::Tensor transposed_convolution(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, int64_t stride,
                                  int64_t padding);

struct TransposedConvolutionOptions {
  int64_t in = 0, out = 0;
  std::vector<int64_t> kernel = {4, 4};  // height, width
  int64_t stride = 2, padding = 1;
  bool bias = false;
};

// Parameters as torch.nn.ConvTranspose2d names and shapes them: weight [I,O,kh,kw], bias [O]; initialised as there.
class TransposedConvolutionImpl : public torch::nn::Module {
 public:
  explicit TransposedConvolutionImpl(TransposedConvolutionOptions options);
  at::Tensor forward(const at::Tensor& x);

  at::Tensor weight, bias;

 private:
  TransposedConvolutionOptions options_;
};
TORCH_MODULE(TransposedConvolution);

}  // namespace inkstone::nn
