#include "models/features/feature_network.hpp"

#include <algorithm>
#include <cstdio>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "core/nearest.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

using Kind = FeatureStage::Kind;

// block4_conv2 -> relu4_2, block4_pool -> pool4; every other name stays as it is.
std::string canonical(const std::string& layer) {
  int block = 0, place = 0;
  char beyond = 0;  // must stay unread
  if (std::sscanf(layer.c_str(), "block%d_conv%d%c", &block, &place, &beyond) == 2) return fmt::format("relu{}_{}", block, place);
  if (layer == fmt::format("block{}_pool", layer.size() > 5 ? layer[5] : ' ')) return fmt::format("pool{}", layer[5]);
  return layer;
}

const std::string& deepest_layer(const FeatureNetwork& network) {
  for (std::size_t i = network.stages.size(); i-- > 0;)
    if (network.stages[i].kind == Kind::relu) return network.stages[i].name;
  return network.stages.back().name;
}

}  // namespace

at::Tensor apply(const FeatureStage& stage, const at::Tensor& x, Pooling pooling) {
  switch (stage.kind) {
    case Kind::conv:
      return at::conv2d(x, stage.weight, stage.bias, 1, stage.weight.size(2) / 2);
    case Kind::relu:
      return at::relu(x);
    case Kind::pool:
      return pooling == Pooling::max ? at::max_pool2d(x, 2, 2) : at::avg_pool2d(x, 2, 2);
  }
  return x;
}

std::size_t FeatureNetwork::stage(const std::string& layer) const {
  if (stages.empty()) throw Error(ErrorCategory::bad_argument, fmt::format("feature network '{}' has no layers", name));
  const auto wanted = canonical(layer);
  std::vector<std::string> names;
  for (std::size_t i = 0; i < stages.size(); ++i) {
    if (stages[i].name == wanted) return i;
    names.push_back(stages[i].name);
  }
  throw Error(ErrorCategory::bad_argument, fmt::format("feature network '{}' has no layer '{}' (its deepest is {}){}", name,
                                                       layer, deepest_layer(*this), did_you_mean(wanted, names)));
}

at::Tensor preprocess(const FeatureNetwork& network, const at::Tensor& rgb) {
  std::vector<at::Tensor> channels;
  for (int c = 0; c < 3; ++c) channels.push_back(rgb.narrow(1, network.order[c], 1) * network.scale[c] - network.mean[c]);
  return at::cat(channels, 1);
}

std::vector<at::Tensor> features(const FeatureNetwork& network, const at::Tensor& rgb, const std::vector<std::string>& layers,
                                 Pooling pooling) {
  std::vector<std::size_t> taps;
  for (const auto& layer : layers) taps.push_back(network.stage(layer));
  std::vector<at::Tensor> found(taps.size());
  const std::size_t count = taps.empty() ? 0 : *std::max_element(taps.begin(), taps.end()) + 1;
  at::Tensor x = preprocess(network, rgb);
  for (std::size_t i = 0; i < count; ++i) {
    x = apply(network.stages[i], x, pooling);
    for (std::size_t k = 0; k < taps.size(); ++k)
      if (taps[k] == i) found[k] = x;
  }
  return found;
}

}  // namespace inkstone
