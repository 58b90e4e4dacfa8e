#include "nn/rectified_convolution.hpp"

#include <utility>

#include "nn/frozen.hpp"

namespace inkstone::nn {

RectifiedConv2dImpl::RectifiedConv2dImpl(int64_t in, int64_t out, int64_t kernel, std::optional<double> slope) : slope_(slope) {
  weight = register_parameter("weight", placeholder({out, in, kernel, kernel}), false);
  bias = register_parameter("bias", placeholder({out}), false);
}

kernels::GeneralConvolution& RectifiedConv2dImpl::packed() {
  if (!packed_ || packed_from_ != weight.data_ptr()) {
    kernels::Rectifier rectifier;
    if (slope_) rectifier = {kernels::Rectifier::Kind::leaky, *slope_, 0};
    packed_ = std::make_unique<kernels::GeneralConvolution>(weight, bias, kernels::ConvolutionShape{}, rectifier);
    packed_from_ = weight.data_ptr();
  }
  return *packed_;
}

kernels::Margins RectifiedConv2dImpl::border() const {
  const kernels::Sides sides{weight.size(2) / 2, weight.size(3) / 2};
  return {sides, sides};
}

at::Tensor RectifiedConv2dImpl::forward(const at::Tensor& x, const at::Tensor& residual, bool widen) {
  return packed().forward(x, border(), residual, widen);
}

at::Tensor RectifiedConv2dImpl::add_to(at::Tensor sum, const at::Tensor& x) {
  return packed().add_to(std::move(sum), x, border());
}

}  // namespace inkstone::nn
