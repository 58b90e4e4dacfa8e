#include "nn/transposed_convolution.hpp"

#include <cmath>

#include <ATen/ATen.h>
#include <torch/autograd.h>

#include "nn/mixed_precision.hpp"

namespace inkstone::nn {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr auto kChannelsLast = at::MemoryFormat::ChannelsLast;

struct Geometry {
  int64_t stride = 1, padding = 0;

  int64_t extent(int64_t size, int64_t kernel) const { return (size - 1) * stride - 2 * padding + kernel; }
};

// One of the three gradients of the convolution that maps `input` to something shaped like `gradient`.
at::Tensor convolution_gradient(const at::Tensor& gradient, const at::Tensor& input, const at::Tensor& weight, Geometry g,
                                bool to_weight) {
  const auto found = at::convolution_backward(gradient, input, weight, c10::nullopt, {g.stride, g.stride}, {g.padding, g.padding},
                                              {1, 1}, false, {0, 0}, 1, {!to_weight, to_weight, false});
  return to_weight ? std::get<1>(found) : std::get<0>(found);
}

at::Tensor forward_product(const at::Tensor& x, const at::Tensor& weight, Geometry g) {
  // stands for the convolution's input, of which only shape and layout are read
  const auto shape =
      at::empty({x.size(0), weight.size(1), g.extent(x.size(2), weight.size(2)), g.extent(x.size(3), weight.size(3))},
                x.options(), kChannelsLast);
  return convolution_gradient(x, shape, weight, g, false);
}

// The operators of backward() are differentiable themselves, so gradients of gradients need nothing more.
struct TransposedProduct : torch::autograd::Function<TransposedProduct> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& weight, int64_t stride,
                            int64_t padding) {
    context->save_for_backward({x, weight});
    context->saved_data["stride"] = stride;
    context->saved_data["padding"] = padding;
    context->saved_data["to_input"] = x.requires_grad();
    context->saved_data["to_weight"] = weight.requires_grad();
    at::AutoDispatchBelowADInplaceOrView below;
    return forward_product(x, weight, {stride, padding});
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const auto &x = saved[0], &weight = saved[1];
    const Geometry g{context->saved_data["stride"].toInt(), context->saved_data["padding"].toInt()};
    const auto dy = gradients[0].contiguous(kChannelsLast);
    at::Tensor dx, dw;
    if (context->saved_data["to_input"].toBool()) dx = at::conv2d(dy, weight, {}, g.stride, g.padding);
    if (context->saved_data["to_weight"].toBool()) dw = convolution_gradient(x, dy, weight, g, true);
    return {dx, dw, at::Tensor(), at::Tensor()};
  }
};

// From a single pixel every output pixel is one product: a matrix multiplication.
at::Tensor from_pixel(const at::Tensor& x, const at::Tensor& weight) {
  const auto rows = at::matmul(x.flatten(1), weight.permute({0, 2, 3, 1}).flatten(1));
  return rows.view({x.size(0), weight.size(2), weight.size(3), weight.size(1)}).permute({0, 3, 1, 2});
}

}  // namespace

at::Tensor transposed_convolution(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, int64_t stride,
                                  int64_t padding) {
  if (!x.is_cpu()) return at::conv_transpose2d(x, weight, bias, stride, padding);
  const auto input = in_run_dtype(x), kernel = in_run_dtype(weight);
  const bool pixel = x.size(2) == 1 && x.size(3) == 1 && padding == 0;
  const auto y =
      pixel ? from_pixel(input, kernel) : TransposedProduct::apply(input.contiguous(kChannelsLast), kernel, stride, padding);
  return bias.defined() ? y + in_run_dtype(bias).view({1, -1, 1, 1}) : y;
}

TransposedConvolutionImpl::TransposedConvolutionImpl(TransposedConvolutionOptions options) : options_(std::move(options)) {
  const int64_t kh = options_.kernel[0], kw = options_.kernel[1];
  weight = register_parameter("weight", torch::empty({options_.in, options_.out, kh, kw}));
  torch::nn::init::kaiming_uniform_(weight, std::sqrt(5.0));
  if (!options_.bias) return;
  bias = register_parameter("bias", torch::empty({options_.out}));
  const double bound = 1 / std::sqrt(double(options_.out * kh * kw));
  torch::nn::init::uniform_(bias, -bound, bound);
}

at::Tensor TransposedConvolutionImpl::forward(const at::Tensor& x) {
  return transposed_convolution(x, weight, bias, options_.stride, options_.padding);
}

}  // namespace inkstone::nn
