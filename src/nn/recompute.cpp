#include "nn/recompute.hpp"

#include <algorithm>

#include <ATen/ATen.h>
#include <torch/autograd.h>
#include <torch/custom_class.h>

#include "nn/frozen.hpp"
#include "nn/low_rank.hpp"
#include "nn/mixed_precision.hpp"

namespace inkstone::nn {
namespace {

// What the way back needs to go forward once more.
struct Again : torch::CustomClassHolder {
  Block block;
  std::size_t inputs = 0;
  Precision precision;
};

// Inputs as leaves of a graph of their own.
std::vector<at::Tensor> cut_off(at::TensorList tensors, std::size_t count) {
  std::vector<at::Tensor> own;
  for (std::size_t k = 0; k < count; ++k) own.push_back(tensors[k].detach().requires_grad_(tensors[k].requires_grad()));
  return own;
}

class Recomputation : public torch::autograd::Function<Recomputation> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const c10::intrusive_ptr<Again>& again,
                            at::TensorList tensors) {
    context->saved_data["again"] = c10::IValue::make_capsule(again);
    context->save_for_backward(tensors.vec());
    const at::AutoGradMode with_gradients(true);  // so that the same operators run as the second time
    return again->block(cut_off(tensors, again->inputs)).detach();
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const auto again = c10::static_intrusive_pointer_cast<Again>(context->saved_data["again"].toCapsule());
    const auto saved = context->get_saved_variables();
    auto wanted = cut_off(saved, again->inputs);
    at::Tensor output;
    {
      const at::AutoGradMode with_gradients(true);
      const InPrecision same(again->precision);
      output = again->block(wanted);
    }
    wanted.insert(wanted.end(), saved.begin() + std::ptrdiff_t(again->inputs), saved.end());
    std::vector<at::Tensor> asked;
    for (const auto& tensor : wanted)
      if (tensor.requires_grad()) asked.push_back(tensor);
    const auto found = torch::autograd::grad({output}, asked, {gradients[0]}, c10::nullopt, false, /*allow_unused=*/true);
    torch::autograd::variable_list all(1);  // of `again`, none
    auto next = found.begin();
    for (const auto& tensor : wanted) all.push_back(tensor.requires_grad() ? *next++ : at::Tensor());
    return all;
  }
};

void add_asking(std::vector<at::Tensor>& leaves, const std::vector<at::Tensor>& parameters) {
  for (const auto& parameter : parameters)
    if (parameter.requires_grad()) leaves.push_back(parameter);
}

}  // namespace

at::Tensor recomputed(const Block& block, const std::vector<at::Tensor>& inputs, const std::vector<at::Tensor>& leaves) {
  auto all = inputs;
  all.insert(all.end(), leaves.begin(), leaves.end());
  const bool asked = std::any_of(all.begin(), all.end(), [](const at::Tensor& tensor) { return tensor.requires_grad(); });
  if (!asked || !at::GradMode::is_enabled()) return block(inputs);
  auto again = c10::make_intrusive<Again>();
  again->block = block;
  again->inputs = inputs.size();
  again->precision = precision_now();
  return Recomputation::apply(again, at::TensorList(all));
}

std::vector<at::Tensor> leaves_of(const torch::nn::Module& module) {
  std::vector<at::Tensor> leaves;
  for (const auto& part : module.modules()) {
    add_asking(leaves, part->parameters(/*recurse=*/false));
    if (auto* frozen = part->as<FrozenLinearImpl>(); frozen != nullptr && frozen->low_rank)
      add_asking(leaves, frozen->low_rank->parameters());
    if (auto* linear = part->as<AdaptableLinearImpl>(); linear != nullptr && linear->low_rank)
      add_asking(leaves, linear->low_rank->parameters());
  }
  return leaves;
}

}  // namespace inkstone::nn
