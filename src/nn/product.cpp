#include "nn/product.hpp"

#include <ATen/ATen.h>
#include <torch/autograd.h>

#include "kernels/matmul.hpp"
#include "nn/mixed_precision.hpp"

namespace inkstone::nn {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

struct Product : torch::autograd::Function<Product> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& a, const at::Tensor& b) {
    context->save_for_backward({a, b});
    at::AutoDispatchBelowADInplaceOrView below;
    return kernels::batched_product(a, b);
  }

  // d(ab) = da b + a db
  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const auto &a = saved[0], &b = saved[1];
    at::Tensor da, db;
    if (context->needs_input_grad(0)) da = kernels::batched_product(gradients[0], b.transpose(-1, -2));
    if (context->needs_input_grad(1)) db = kernels::batched_product(a.transpose(-1, -2), gradients[0]);
    return {da, db};
  }
};

bool ours(const at::Tensor& a) {
  return a.is_cpu() && a.scalar_type() == at::kFloat && run_dtype(a) == at::kFloat;
}

}  // namespace

at::Tensor product(const at::Tensor& a, const at::Tensor& b) {
  return ours(a) ? Product::apply(a, b) : at::matmul(a, b);
}

at::Tensor linear(const at::Tensor& x, const at::Tensor& w, const at::Tensor& bias) {
  if (!ours(x)) return at::linear(x, w, bias);
  auto sizes = x.sizes().vec();
  sizes.back() = w.size(0);
  return (Product::apply(x.reshape({-1, x.size(-1)}), w.t()) + bias).view(sizes);
}

}  // namespace inkstone::nn
