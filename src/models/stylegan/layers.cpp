#include "models/stylegan/layers.hpp"

#include <cmath>

#include <ATen/ATen.h>

#include "nn/mixed_precision.hpp"
#include "nn/transposed_convolution.hpp"

namespace inkstone::stylegan {
namespace {

constexpr double kLeastPower = 1e-8;

at::Tensor per_channel(const at::Tensor& values) {
  return values.view({1, -1, 1, 1});
}

// 1 / sqrt of the power that the styled weights give every output feature, [N,O]. The squares factor: no weights per picture are
// made.
at::Tensor demodulation(const at::Tensor& weight, const at::Tensor& styles) {
  const nn::FullPrecision full;
  return (at::matmul(styles.square(), weight.square().sum({2, 3}).t()) + kLeastPower).rsqrt();
}

// [N,I,...] as one picture of N groups of features.
at::Tensor as_groups(const at::Tensor& x) {
  return x.reshape({1, x.size(0) * x.size(1), x.size(2), x.size(3)});
}

at::Tensor fused_convolution(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& styles, const Modulation& how) {
  const int64_t pictures = x.size(0), out = weight.size(0);
  auto weights = weight.unsqueeze(0) * styles.view({pictures, 1, -1, 1, 1});
  if (how.demodulate) weights = weights * demodulation(weight, styles).view({pictures, out, 1, 1, 1});
  const auto y = resized_convolution(as_groups(x), (weights * how.gain).flatten(0, 1), how.up ? Resize::up : Resize::none,
                                     how.filter, pictures);
  return y.reshape({pictures, out, y.size(2), y.size(3)});
}

at::Tensor convolve(const at::Tensor& x, const at::Tensor& weight, int64_t stride, int64_t padding, int64_t groups) {
  return at::conv2d(x, weight, {}, stride, padding, 1, groups);
}

// With weights [groups O, I, k, k], which a transposed convolution wants as [groups I, O, k, k].
at::Tensor doubled_convolution(const at::Tensor& x, const at::Tensor& weight, int64_t groups) {
  if (groups == 1) return nn::transposed_convolution(x, weight.transpose(0, 1), {}, 2, 0);
  const auto grouped = weight.reshape({groups, -1, weight.size(1), weight.size(2), weight.size(3)}).transpose(1, 2).flatten(0, 1);
  return at::conv_transpose2d(x, grouped, {}, 2, 0, 0, groups);
}

at::Tensor enlarged_convolution(const at::Tensor& x, const at::Tensor& weight, const nn::Taps& filter, int64_t groups) {
  if (weight.size(2) == 1) return nn::upsampled(convolve(x, weight, 1, 0, groups), filter);
  const auto taps = int64_t(filter.size());
  return nn::upfirdn2d(doubled_convolution(x, weight, groups), filter, {1, 1, (taps + 1) / 2 - 1, (taps - 2) / 2, 4});
}

at::Tensor reduced_convolution(const at::Tensor& x, const at::Tensor& weight, const nn::Taps& filter, int64_t groups) {
  if (weight.size(2) == 1) return convolve(nn::downsampled(x, filter), weight, 1, 0, groups);
  const auto taps = int64_t(filter.size());
  return convolve(nn::upfirdn2d(x, filter, {1, 1, (taps - 1) / 2 + 1, (taps - 2) / 2 + 1}), weight, 2, 0, groups);
}

}  // namespace

at::Tensor clamped(const at::Tensor& x, double limit) {
  return limit > 0 ? x.clamp(-limit, limit) : x;
}

EqualLinearImpl::EqualLinearImpl(const LinearOptions& options) : options_(options) {
  weight = register_parameter("weight", torch::randn({options.out, options.in}) / options.rate);
  bias = register_parameter("bias", torch::full({options.out}, options.bias));
}

// The rectifier's gain is taken into the weights: max(v, 0.2 v) lets a factor through.
at::Tensor EqualLinearImpl::forward(const at::Tensor& x) {
  const nn::FullPrecision full;
  const double gain = options_.rate * (options_.rectify ? kRectifierGain : 1);
  const auto y = at::linear(x.to(at::kFloat), weight * (gain / std::sqrt(double(options_.in))), bias * gain);
  return options_.rectify ? at::leaky_relu(y, kSlope) : y;
}

at::Tensor EqualConvolutionImpl::keep(const char* name, const at::Tensor& value) {
  return options_.trains ? register_parameter(name, value) : register_buffer(name, value);
}

EqualConvolutionImpl::EqualConvolutionImpl(ConvolutionOptions options) : options_(std::move(options)) {
  weight = keep("weight", torch::randn({options_.out, options_.in, options_.kernel, options_.kernel}));
  if (options_.bias) bias = keep("bias", torch::zeros({options_.out}));
}

at::Tensor EqualConvolutionImpl::forward(const at::Tensor& x, double gain) {
  const double scale = gain * (options_.rectify ? kRectifierGain : 1);
  const double equal = scale / std::sqrt(double(options_.in * options_.kernel * options_.kernel));
  auto y = resized_convolution(x, weight * equal, options_.resize, options_.filter);
  if (bias.defined()) y = y + nn::in_run_dtype(per_channel(bias * scale));
  if (options_.rectify) y = at::leaky_relu(y, kSlope);
  return clamped(y, options_.clamp * gain);
}

at::Tensor resized_convolution(const at::Tensor& x, const at::Tensor& weight, Resize resize, const nn::Taps& filter,
                               int64_t groups) {
  if (resize == Resize::up) return enlarged_convolution(x, weight, filter, groups);
  if (resize == Resize::down) return reduced_convolution(x, weight, filter, groups);
  return convolve(x, weight, 1, weight.size(2) / 2, groups);
}

at::Tensor modulated_convolution(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& styles, const Modulation& how) {
  if (how.fused) return fused_convolution(x, weight, styles, how);
  const auto scaled = x * styles.view({x.size(0), -1, 1, 1}).to(x.scalar_type());
  const auto kernel = how.demodulate || how.gain == 1 ? weight : weight * how.gain;
  const auto y = resized_convolution(scaled, kernel, how.up ? Resize::up : Resize::none, how.filter);
  if (!how.demodulate) return y;
  return y * (demodulation(weight, styles) * how.gain).view({x.size(0), -1, 1, 1}).to(y.scalar_type());
}

}  // namespace inkstone::stylegan
