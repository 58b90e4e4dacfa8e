#include "objectives/style_regularisers.hpp"

#include <cmath>

#include <ATen/ATen.h>
#include <torch/autograd.h>

#include "nn/mixed_precision.hpp"

namespace inkstone::objectives {

at::Tensor squared_gradient(const at::Tensor& logits, const at::Tensor& x) {
  const nn::FullPrecision full;
  const auto gradient = torch::autograd::grad({logits.sum()}, {x}, {}, true, true)[0];
  return gradient.square().sum({1, 2, 3});
}

at::Tensor path_lengths(const at::Tensor& pictures, const at::Tensor& ws, const at::Tensor& y) {
  const nn::FullPrecision full;
  const double scale = 1 / std::sqrt(double(pictures.size(2) * pictures.size(3)));
  const auto gradient = torch::autograd::grad({(pictures * y * scale).sum()}, {ws}, {}, true, true)[0];
  return gradient.square().sum(2).mean(1).sqrt();
}

}  // namespace inkstone::objectives
