// Layers of StyleGAN: weights start at deviation one and are scaled when used, so that all learn at one pace (equalised learning
// rate, Karras et al., ICLR 2018); convolutions whose input features are weighted picture by picture (modulated), and whose
// output is brought back to deviation one (demodulated; Karras et al. 2020, equations 1 and 3).
#pragma once

#include <torch/nn.h>

#include "nn/upfirdn.hpp"

namespace inkstone::stylegan {

constexpr double kSlope = 0.2;
constexpr double kRectifierGain = 1.4142135623730951;  // keeps the deviation past a leaky rectifier

struct LinearOptions {
  int64_t in = 0, out = 0;
  bool rectify = false;  // leaky rectifier after it
  double rate = 1;       // learns so much slower
  double bias = 0;       // at the start
};

// [N,I] -> [N,O]. weight [O,I], bias [O].
class EqualLinearImpl : public torch::nn::Module {
 public:
  explicit EqualLinearImpl(const LinearOptions& options);
  at::Tensor forward(const at::Tensor& x);

  at::Tensor weight, bias;

 private:
  LinearOptions options_;
};
TORCH_MODULE(EqualLinear);

enum class Resize { none, up, down };

struct ConvolutionOptions {
  int64_t in = 0, out = 0, kernel = 3;
  Resize resize = Resize::none;
  bool bias = true, rectify = true;
  double clamp = 0;
  bool trains = true;  // else the weights are buffers
  nn::Taps filter = {};
};

// [N,I,H,W] -> [N,O,H',W']. weight [O,I,k,k], bias [O].
class EqualConvolutionImpl : public torch::nn::Module {
 public:
  explicit EqualConvolutionImpl(ConvolutionOptions options);
  // gain: of the result, and of what it is cut at.
  at::Tensor forward(const at::Tensor& x, double gain = 1);

  at::Tensor weight, bias;

 private:
  at::Tensor keep(const char* name, const at::Tensor& value);

  ConvolutionOptions options_;
};
TORCH_MODULE(EqualConvolution);

struct Modulation {
  bool up = false;  // to twice the size
  bool demodulate = true;
  bool fused = false;  // one convolution with weights for every picture, in place of scaling what goes in and comes out: the same
  double gain = 1;
  nn::Taps filter = {};  // where up
};

// x [N,I,H,W], weight [O,I,k,k], styles [N,I] -> [N,O,H',W'].
at::Tensor modulated_convolution(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& styles, const Modulation& how);

// conv(x, weight) at the size that `resize` says, filtered against aliasing. weight [O,I,k,k], k 1 or 3.
at::Tensor resized_convolution(const at::Tensor& x, const at::Tensor& weight, Resize resize, const nn::Taps& filter,
                               int64_t groups = 1);

// Cut at +-limit; 0: as it is.
at::Tensor clamped(const at::Tensor& x, double limit);

}  // namespace inkstone::stylegan
