#include "text/clip_layer.hpp"

#include <ATen/ATen.h>

#include "text/attention.hpp"
#include "text/module_branch.hpp"

namespace inkstone {
namespace {

// x sigmoid(1.702 x), OpenAI's approximation of x Phi(x).
at::Tensor quick_gelu(const at::Tensor& x) {
  return x * at::sigmoid(1.702 * x);
}

}  // namespace

ClipLayerImpl::ClipLayerImpl(const ClipLayerSizes& sizes)
    : heads_(sizes.heads),
      activation_(sizes.activation),
      layer_norm1(sizes.width, sizes.norm_eps),
      layer_norm2(sizes.width, sizes.norm_eps),
      q_proj(sizes.width, sizes.width),
      k_proj(sizes.width, sizes.width),
      v_proj(sizes.width, sizes.width),
      out_proj(sizes.width, sizes.width),
      fc1(sizes.width, sizes.hidden),
      fc2(sizes.hidden, sizes.width) {
  register_module("layer_norm1", layer_norm1);
  const auto attention = branch_of(*this, "self_attn");
  attention->register_module("q_proj", q_proj);
  attention->register_module("k_proj", k_proj);
  attention->register_module("v_proj", v_proj);
  attention->register_module("out_proj", out_proj);
  register_module("layer_norm2", layer_norm2);
  const auto mlp = branch_of(*this, "mlp");
  mlp->register_module("fc1", fc1);
  mlp->register_module("fc2", fc2);
}

at::Tensor ClipLayerImpl::attend(const at::Tensor& x, const at::Tensor& mask) {
  return out_proj(attention_of_heads(q_proj(x), k_proj(x), v_proj(x), heads_, mask));
}

at::Tensor ClipLayerImpl::forward(const at::Tensor& x, const at::Tensor& mask) {
  const auto seen = x + attend(layer_norm1(x), mask);
  const auto wide = fc1(layer_norm2(seen));
  return fc2(activation_ == TextActivation::quick_gelu ? quick_gelu(wide) : at::gelu(wide), seen);
}

}  // namespace inkstone
