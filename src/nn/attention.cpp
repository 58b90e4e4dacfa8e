#include "nn/attention.hpp"

#include <cmath>

#include <ATen/core/grad_mode.h>
#include <torch/version.h>

#include "kernels/attention.hpp"
#include "nn/product.hpp"

namespace inkstone::nn {

namespace {

bool wants_gradient(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v) {
  return at::GradMode::is_enabled() && (q.requires_grad() || k.requires_grad() || v.requires_grad());
}

}  // namespace

at::Tensor attend(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v) {
  const bool fused = q.is_cpu() && (q.scalar_type() == at::kFloat || q.scalar_type() == at::kBFloat16);
  if (fused && !wants_gradient(q, k, v)) return kernels::attention(q, k, v);
#if TORCH_VERSION_MAJOR >= 2
  return at::scaled_dot_product_attention(q, k, v);
#else
  const double scale = 1 / std::sqrt(static_cast<double>(q.size(-1)));
  return product(at::softmax(product(q * scale, k.transpose(-1, -2)), -1), v);
#endif
}

SelfAttentionImpl::SelfAttentionImpl(int64_t channels, int64_t heads, double eps, int64_t most_groups)
    : heads_(heads),
      group_norm(channels, eps, most_groups),
      to_q(channels, channels),
      to_k(channels, channels),
      to_v(channels, channels),
      to_out(channels, channels) {
  register_module("group_norm", group_norm);
  register_module("to_q", to_q);
  register_module("to_k", to_k);
  register_module("to_v", to_v);
  register_module("to_out", torch::nn::ModuleList(to_out));
  const at::NoGradGuard fixed;
  to_out->weight.zero_();
  to_out->bias.zero_();
}

at::Tensor SelfAttentionImpl::forward(const at::Tensor& x) {
  const int64_t n = x.size(0), c = x.size(1), h = x.size(2), w = x.size(3);
  const auto pixels = group_norm(x).permute({0, 2, 3, 1}).reshape({n, h * w, c});
  // one product for the three
  const auto weight = at::cat({to_q->weight, to_k->weight, to_v->weight}), bias = at::cat({to_q->bias, to_k->bias, to_v->bias});
  const auto qkv = linear(pixels, weight, bias).view({n, h * w, 3, heads_, c / heads_}).permute({2, 0, 3, 1, 4});
  const auto seen = attend(qkv[0], qkv[1], qkv[2]).transpose(1, 2).reshape({n, h * w, c});
  return x + linear(seen, to_out->weight, to_out->bias).view({n, h, w, c}).permute({0, 3, 1, 2});
}

}  // namespace inkstone::nn
