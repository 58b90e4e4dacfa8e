#include "models/stylegan/generator.hpp"

#include <ATen/ATen.h>

namespace inkstone::stylegan {
namespace {

MappingOptions mapping_options(const Config& config) {
  return {config.latent, config.classes, config.style, config.mapping_layers, config.mapping_rate, true};
}

// [1,styles,1]: 0, 1, 2, ...
at::Tensor layer_numbers(int64_t styles, const at::Tensor& like) {
  return at::arange(styles, like.options().dtype(at::kLong)).view({1, -1, 1});
}

}  // namespace

Generator::Generator(const Config& config) : mapping(mapping_options(config)), synthesis(config), config_(config) {
  register_module("mapping", mapping);
  register_module("synthesis", synthesis);
}

at::Tensor Generator::truncated(const at::Tensor& w, double psi, int64_t layers) const {
  const int64_t styles = config_.styles();
  const auto ws = w.unsqueeze(1).expand({-1, styles, -1});
  if (psi == 1) return ws;
  const auto nearer = mapping->w_avg.lerp(ws, psi);
  return layers < 0 ? nearer : at::where(layer_numbers(styles, w).lt(layers), nearer, ws);
}

at::Tensor mixed(const at::Tensor& ws, const at::Tensor& other, const at::Tensor& crossover) {
  return at::where(layer_numbers(ws.size(1), ws).lt(crossover.view({-1, 1, 1})), ws, other);
}

at::Tensor mixed(const at::Tensor& ws, const at::Tensor& other, Layers layers) {
  const auto numbers = layer_numbers(ws.size(1), ws);
  return at::where(numbers.ge(layers.first).logical_and(numbers.le(layers.last)), other, ws);
}

}  // namespace inkstone::stylegan
