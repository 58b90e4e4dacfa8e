#include "nn/convolve_3x3.hpp"

#include <ATen/ATen.h>
#include <torch/autograd.h>

#include "kernels/winograd.hpp"
#include "nn/mixed_precision.hpp"

namespace inkstone::nn {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

struct Filtered : torch::autograd::Function<Filtered> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                            int64_t padding) {
    at::AutoDispatchBelowADInplaceOrView below;
    auto result = kernels::winograd(x, weight, bias, padding);
    context->save_for_backward({result.input, weight});
    context->saved_data["sizes"] = x.sizes().vec();
    context->saved_data["padding"] = padding;
    return result.y;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const bool bias = context->needs_input_grad(2);
    const auto found = kernels::winograd_backward(gradients[0], saved[0], context->saved_data["sizes"].toIntVector(), saved[1],
                                                  context->saved_data["padding"].toInt(), context->needs_input_grad(0),
                                                  context->needs_input_grad(1) || bias);
    return {found.x, found.weight, bias ? found.bias : at::Tensor(), at::Tensor()};
  }
};

}  // namespace

at::Tensor convolve_3x3(torch::nn::Conv2d& layer, const at::Tensor& x, int64_t padding) {
  const bool ours = run_dtype(x) == at::kFloat && kernels::suits_winograd(x, layer->weight, padding);
  if (!ours) return layer(x);
  // autograd takes no undefined tensors
  const auto bias = layer->bias.defined() ? layer->bias : at::zeros({layer->weight.size(0)});
  return Filtered::apply(x, layer->weight, bias, padding);
}

}  // namespace inkstone::nn
