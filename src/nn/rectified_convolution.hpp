// The layer that networks for pictures repeat: convolution at stride 1 that keeps the size, bias, residual, leaky rectifier. Only
// runs: on packed weights, with all that follows the product in one go (kernels/general_convolution.hpp).
#pragma once

#include <memory>
#include <optional>

#include <torch/nn.h>

#include "kernels/general_convolution.hpp"

namespace inkstone::nn {

class RectifiedConv2dImpl : public torch::nn::Module {
 public:
  // kernel odd, zeros around the picture. slope: what is left of negative values; 0 is ReLU, absent: no rectifier.
  RectifiedConv2dImpl(int64_t in, int64_t out, int64_t kernel = 3, std::optional<double> slope = {});

  // x [N,I,H,W] float32 or bfloat16, whose arithmetic it follows -> rectify(conv(x) + bias + residual) [N,O,H,W], channels-last,
  // in the dtype of x, or float32 where `widen`. residual: like the result, or undefined.
  at::Tensor forward(const at::Tensor& x, const at::Tensor& residual = {}, bool widen = false);

  // rectify(sum + conv(x) + bias) in the dtype of sum, whose memory is written over where it can be.
  at::Tensor add_to(at::Tensor sum, const at::Tensor& x);

  at::Tensor weight,
      bias;  // [O,I,k,k], [O]: placeholders to be filled (nn/fill.hpp); packed anew where they have become other tensors

 private:
  kernels::GeneralConvolution& packed();
  kernels::Margins border() const;

  std::optional<double> slope_;
  std::unique_ptr<kernels::GeneralConvolution> packed_;
  const void* packed_from_ = nullptr;
};
TORCH_MODULE(RectifiedConv2d);

}  // namespace inkstone::nn
