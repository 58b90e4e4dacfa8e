#include "nn/convolution.hpp"

#include <cmath>

#include <ATen/ATen.h>

namespace inkstone::nn {
namespace {

at::Tensor initial_weight(at::IntArrayRef shape) {
  auto weight = torch::empty(shape);
  torch::nn::init::kaiming_uniform_(weight, std::sqrt(5.0));
  return weight;
}

at::Tensor initial_bias(int64_t out, int64_t fan_in) {
  const double bound = 1 / std::sqrt(double(fan_in));
  auto bias = torch::empty({out});
  torch::nn::init::uniform_(bias, -bound, bound);
  return bias;
}

// The kernel covers the picture: a matrix product over channels-last memory, for which convolutions to few channels are slow.
at::Tensor over_whole(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
  const auto y = at::linear(x.permute({0, 2, 3, 1}).flatten(1), weight.permute({0, 2, 3, 1}).flatten(1), bias);
  return y.view({x.size(0), weight.size(0), 1, 1});
}

}  // namespace

ConvolutionImpl::ConvolutionImpl(ConvolutionOptions options) : options_(std::move(options)) {
  const int64_t kh = options_.kernel[0], kw = options_.kernel[1];
  weight = MaybeSpectral(*this, initial_weight({options_.out, options_.in, kh, kw}), options_.spectral);
  if (options_.bias) bias = register_parameter("bias", initial_bias(options_.out, options_.in * kh * kw));
}

at::Tensor ConvolutionImpl::forward(const at::Tensor& x) {
  const auto w = weight.value(is_training());
  if (options_.padding == 0 && x.size(2) == w.size(2) && x.size(3) == w.size(3)) return over_whole(x, w, bias);
  return at::conv2d(x, w, bias, options_.stride, options_.padding).contiguous(at::MemoryFormat::ChannelsLast);
}

LinearImpl::LinearImpl(int64_t in, int64_t out, bool with_bias, bool spectral) {
  weight = MaybeSpectral(*this, initial_weight({out, in}), spectral);
  if (with_bias) bias = register_parameter("bias", initial_bias(out, in));
}

at::Tensor LinearImpl::forward(const at::Tensor& x) {
  return at::linear(x, weight.value(is_training()), bias);
}

}  // namespace inkstone::nn
