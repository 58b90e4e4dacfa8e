#include "models/features/feature_network.hpp"

#include <algorithm>
#include <cstdio>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "core/nearest.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

// Keras counts rectified convolutions: block4_conv2 is relu4_2.
std::string torch_spelling(const std::string& layer) {
  int block = 0, place = 0;
  if (std::sscanf(layer.c_str(), "block%d_conv%d", &block, &place) == 2) return fmt::format("relu{}_{}", block, place);
  if (std::sscanf(layer.c_str(), "block%d_pool", &block) == 1) return fmt::format("pool{}", block);
  return layer;
}

at::Tensor run(const FeatureStage& stage, const at::Tensor& x, Pooling pooling) {
  switch (stage.kind) {
    case FeatureStage::Kind::conv: return at::conv2d(x, stage.weight, stage.bias, 1, stage.weight.size(2) / 2);
    case FeatureStage::Kind::relu: return at::relu(x);
    case FeatureStage::Kind::pool: return pooling == Pooling::max ? at::max_pool2d(x, 2, 2) : at::avg_pool2d(x, 2, 2);
  }
  return x;
}

}  // namespace

std::size_t FeatureNetwork::stage(const std::string& layer) const {
  const auto name = torch_spelling(layer);
  const auto found = std::find_if(stages.begin(), stages.end(), [&](const FeatureStage& s) { return s.name == name; });
  if (found != stages.end()) return static_cast<std::size_t>(found - stages.begin());
  std::vector<std::string> known;
  for (const auto& s : stages) known.push_back(s.name);
  throw Error(ErrorCategory::bad_argument, fmt::format("{} has no layer '{}'{} (its deepest is {})", this->name, layer, did_you_mean(name, known),
                                                       known.empty() ? "none" : known.back()));
}

at::Tensor preprocess(const FeatureNetwork& network, const at::Tensor& rgb) {
  const auto channel = [&](int c) { return rgb.select(1, network.order[c]) * network.scale[c] - network.mean[c]; };
  return at::stack({channel(0), channel(1), channel(2)}, 1);
}

std::vector<at::Tensor> features(const FeatureNetwork& network, const at::Tensor& rgb, const std::vector<std::string>& layers, Pooling pooling) {
  std::vector<std::size_t> wanted;
  for (const auto& layer : layers) wanted.push_back(network.stage(layer));
  std::vector<at::Tensor> out(layers.size());
  if (layers.empty()) return out;
  const std::size_t last = *std::max_element(wanted.begin(), wanted.end());
  at::Tensor x = preprocess(network, rgb);
  for (std::size_t i = 0; i <= last; ++i) {
    x = run(network.stages[i], x, pooling);
    for (std::size_t k = 0; k < wanted.size(); ++k)
      if (wanted[k] == i) out[k] = x;
  }
  return out;
}

}  // namespace inkstone
