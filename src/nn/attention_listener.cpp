#include "nn/attention_listener.hpp"

#include <cmath>

#include <ATen/ATen.h>

#include "nn/mixed_precision.hpp"

namespace inkstone::nn {

at::Tensor attention_weights(const at::Tensor& q, const at::Tensor& k) {
  const at::NoGradGuard constant;
  const FullPrecision full;
  const auto scaled = q.to(at::kFloat) / std::sqrt(static_cast<double>(q.size(-1)));
  return at::softmax(at::matmul(scaled, k.to(at::kFloat).transpose(-1, -2)), -1);
}

}  // namespace inkstone::nn
