#include "models/dncnn/dncnn.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "nn/fill.hpp"

namespace inkstone {
namespace {

std::string weight_name(int64_t layer) {
  return fmt::format("model.{}.weight", 2 * layer);
}

int64_t layers_of(const StateDict& weights) {
  int64_t count = 0;
  while (weights.contains(weight_name(count))) ++count;
  return count;
}

}  // namespace

DncnnImpl::DncnnImpl(const DncnnConfig& c) : config(c) {
  const auto model = register_module("model", std::make_shared<torch::nn::Module>("model"));
  for (int64_t k = 0; k < c.convolutions; ++k) {
    const bool first = k == 0, last = k + 1 == c.convolutions;
    const nn::RectifiedConv2d layer(first ? c.channels : c.features, last ? c.channels : c.features, 3,
                                    last ? std::nullopt : std::optional(0.0));
    layers_.push_back(model->register_module(std::to_string(2 * k), layer));
  }
}

at::Tensor DncnnImpl::forward(const at::Tensor& x, at::ScalarType arithmetic) {
  const auto alone = config.channels == 1 ? x.reshape({x.size(0) * x.size(1), 1, x.size(2), x.size(3)}) : x;
  auto y = alone.to(arithmetic);
  for (std::size_t k = 0; k < layers_.size(); ++k) y = layers_[k]->forward(y, {}, k + 1 == layers_.size());
  return x - y.reshape(x.sizes());
}

bool is_dncnn(const StateDict& weights) {
  const auto layers = layers_of(weights);
  if (layers < 3 || weights.tensors.size() != std::size_t(2 * layers)) return false;
  const auto& first = weights.at(weight_name(0));
  const auto& last = weights.at(weight_name(layers - 1));
  return first.dim() == 4 && last.dim() == 4 && (first.size(1) == 1 || first.size(1) == 3) && last.size(0) == first.size(1);
}

Dncnn make_dncnn(const StateDict& weights) {
  if (!is_dncnn(weights))
    throw Error(ErrorCategory::unsupported,
                "the weights are of no DnCNN (model.0.weight, model.2.weight and on, without batch norms)");
  const auto& first = weights.at(weight_name(0), {-1, -1, 3, 3});
  Dncnn network(DncnnConfig{first.size(1), first.size(0), layers_of(weights)});
  nn::fill(*network, weights, {.dtype = at::kFloat, .origin = "the DnCNN model"});
  network->eval();
  return network;
}

}  // namespace inkstone
