#include "nn/resampling.hpp"

#include <torch/autograd.h>

#include "nn/convolve_3x3.hpp"

namespace inkstone::nn {
namespace {

torch::nn::Conv2dOptions three_by_three(int64_t channels) {
  return torch::nn::Conv2dOptions(channels, channels, 3).padding(1);
}

at::Tensor repeated(const at::Tensor& x) {
  const auto rows = x.permute({0, 2, 3, 1});
  const int64_t n = rows.size(0), h = rows.size(1), w = rows.size(2), c = rows.size(3);
  return rows.unsqueeze(3).unsqueeze(2).expand({n, h, 2, w, 2, c}).reshape({n, 2 * h, 2 * w, c}).permute({0, 3, 1, 2});
}

// The gradient as a pooling: the sum over repeated dimensions that autograd would take is several times slower.
class Doubled : public torch::autograd::Function<Doubled> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext*, const at::Tensor& x) { return repeated(x); }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext*, torch::autograd::variable_list gradients) {
    return {at::avg_pool2d(gradients[0].contiguous(at::MemoryFormat::ChannelsLast), 2) * 4};
  }
};

}  // namespace

DownsampleImpl::DownsampleImpl(int64_t channels) : conv(three_by_three(channels).stride(2)) {
  register_module("conv", conv);
}

at::Tensor DownsampleImpl::forward(const at::Tensor& x) {
  return conv(x);
}

at::Tensor doubled(const at::Tensor& x) {
  return Doubled::apply(x);
}

UpsampleImpl::UpsampleImpl(int64_t channels) : conv(three_by_three(channels)) {
  register_module("conv", conv);
}

at::Tensor UpsampleImpl::forward(const at::Tensor& x, int64_t height, int64_t width) {
  return convolve_3x3(conv, doubled(x).narrow(2, 0, height).narrow(3, 0, width));
}

}  // namespace inkstone::nn
