#include "nn/low_rank.hpp"

#include <ATen/ATen.h>

namespace inkstone::nn {
namespace {

torch::nn::Linear thin(int64_t in, int64_t out) {
  return torch::nn::Linear(torch::nn::LinearOptions(in, out).bias(false));
}

}  // namespace

LowRankImpl::LowRankImpl(int64_t in, int64_t out, int64_t rank, double alpha)
    : lora_down(thin(in, rank)), lora_up(thin(rank, out)), scale_(alpha / static_cast<double>(rank)) {
  register_module("lora_down", lora_down);
  register_module("lora_up", lora_up);
  register_buffer("alpha", at::scalar_tensor(alpha));
  const at::NoGradGuard fixed;
  lora_up->weight.zero_();
}

at::Tensor LowRankImpl::forward(const at::Tensor& x) {
  const auto change = lora_up(lora_down(x.to(lora_down->weight.scalar_type())));
  return (change * scale_).to(x.scalar_type());
}

at::Tensor AdaptableLinearImpl::forward(const at::Tensor& x) {
  const auto y = torch::nn::LinearImpl::forward(x);
  return low_rank ? y + low_rank(x) : y;
}

}  // namespace inkstone::nn
