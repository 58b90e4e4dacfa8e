#include "nn/thaw.hpp"

#include <cmath>

#include <ATen/ATen.h>

#include "nn/frozen.hpp"

namespace inkstone::nn {
namespace {

void begin(at::Tensor parameter, const at::Tensor& value) {
  if (!parameter.defined()) return;
  parameter.set_data(value);
  parameter.requires_grad_(true);
}

template <class Layer>
void begin_product(Layer& layer) {
  const double bound = 1 / std::sqrt(double(layer.weight.numel() / layer.weight.size(0)));
  begin(layer.weight, at::empty(layer.weight.sizes()).uniform_(-bound, bound));
  if (layer.bias.defined()) begin(layer.bias, at::empty(layer.bias.sizes()).uniform_(-bound, bound));
}

template <class Layer>
void begin_norm(Layer& layer) {
  begin(layer.weight, at::ones(layer.weight.sizes()));
  begin(layer.bias, at::zeros(layer.bias.sizes()));
}

}  // namespace

void thaw(torch::nn::Module& network) {
  const at::NoGradGuard constant;
  for (const auto& module : network.modules()) {
    if (auto* linear = module->as<FrozenLinearImpl>()) begin_product(*linear);
    if (auto* convolution = module->as<FrozenConv2dImpl>()) begin_product(*convolution);
    if (auto* norm = module->as<FrozenGroupNormImpl>()) begin_norm(*norm);
    if (auto* norm = module->as<FrozenLayerNormImpl>()) begin_norm(*norm);
  }
  forget_packed(network);
}

}  // namespace inkstone::nn
