#include "models/features/feature_network.hpp"

#include <algorithm>
#include <cstdio>
#include <numeric>
#include <optional>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "core/nearest.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

using Kind = FeatureStage::Kind;

// block4_conv2 -> relu4_2, block4_pool -> pool4; every other name stays as it is.
std::optional<std::string> from_keras(const std::string& layer) {
  int block = 0, place = 0;
  char beyond = 0;  // must stay unread
  if (std::sscanf(layer.c_str(), "block%d_conv%d%c", &block, &place, &beyond) == 2) return fmt::format("relu{}_{}", block, place);
  if (layer == fmt::format("block{}_pool", layer.size() > 5 ? layer[5] : ' ')) return fmt::format("pool{}", layer[5]);
  return std::nullopt;
}

// layer3.5 -> res4f, the block of a ResNet; inception4c, inception_4c, mixed4c -> inception_4c/output.
std::optional<std::string> from_torchvision(const std::string& layer) {
  int group = 0, block = 0;
  char letter = 0, beyond = 0;
  if (std::sscanf(layer.c_str(), "layer%d.%d%c", &group, &block, &beyond) == 2 && block >= 0 && block < 64)
    return fmt::format("res{}{}", group + 1,
                       block < 26 ? std::string(1, static_cast<char>('a' + block)) : fmt::format("b{}", block));
  for (const char* pattern : {"inception%d%c%c", "inception_%d%c%c", "mixed%d%c%c"})
    if (std::sscanf(layer.c_str(), pattern, &group, &letter, &beyond) == 2)
      return fmt::format("inception_{}{}/output", group, letter);
  return std::nullopt;
}

std::string canonical(const std::string& layer) {
  for (const auto& other : {from_keras(layer), from_torchvision(layer)})
    if (other) return *other;
  return layer == "fc1000" || layer == "fc" || layer == "loss3/classifier" ? "logits" : layer;
}

// Krizhevsky, Sutskever and Hinton 2012, with Caffe's constants.
at::Tensor normalise_response(const at::Tensor& x) {
  constexpr int64_t kChannels = 5;
  constexpr double kAlpha = 1e-4, kBeta = 0.75;
  const auto squares = at::constant_pad_nd(x.square().unsqueeze(1), {0, 0, 0, 0, kChannels / 2, kChannels / 2});
  const auto mean = at::avg_pool3d(squares, {kChannels, 1, 1}, 1).squeeze(1);
  return x / (mean * kAlpha + 1).pow(kBeta);
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
      return at::conv2d(x, stage.weight, stage.bias, stage.stride, stage.weight.size(2) / 2);
    case Kind::relu:
      return at::relu(x);
    case Kind::pool:
      return pooling == Pooling::max ? at::max_pool2d(x, 2, 2) : at::avg_pool2d(x, 2, 2);
    case Kind::max_pool:
      return at::max_pool2d(x, stage.window, stage.stride, stage.padding, 1, stage.round_up);
    case Kind::response_norm:
      return normalise_response(x);
    case Kind::mean:
      return x.mean({2, 3});
    case Kind::linear:
      return at::linear(x, stage.weight, stage.bias);
    case Kind::sum:
    case Kind::concatenate:
      break;
  }
  return x;
}

at::Tensor apply(const FeatureStage& stage, const std::vector<at::Tensor>& inputs, Pooling pooling) {
  if (stage.kind == Kind::concatenate) return at::cat(inputs, 1);
  if (stage.kind != Kind::sum) return apply(stage, inputs.front(), pooling);
  at::Tensor total = inputs.front();
  for (std::size_t i = 1; i < inputs.size(); ++i) total = total + inputs[i];
  return total;
}

bool is_straight(const FeatureNetwork& network) {
  return std::all_of(network.stages.begin(), network.stages.end(), [](const FeatureStage& stage) {
    const bool known = stage.kind == Kind::conv || stage.kind == Kind::relu || stage.kind == Kind::pool;
    return known && stage.stride == 1 && stage.inputs.empty();
  });
}

std::vector<std::size_t> inputs_of(const FeatureNetwork& network, std::size_t stage) {
  const auto& inputs = network.stages[stage].inputs;
  if (!inputs.empty() || stage == 0) return inputs;
  return {stage - 1};
}

std::vector<bool> needed_for(const FeatureNetwork& network, const std::vector<std::size_t>& taps) {
  std::vector<bool> needed(network.stages.size());
  for (const auto tap : taps) needed[tap] = true;
  for (std::size_t i = needed.size(); i-- > 0;)
    if (needed[i])
      for (const auto input : inputs_of(network, i)) needed[input] = true;
  return needed;
}

std::vector<int64_t> channels_of(const FeatureNetwork& network) {
  std::vector<int64_t> channels;
  for (std::size_t i = 0; i < network.stages.size(); ++i) {
    const auto& stage = network.stages[i];
    const auto inputs = inputs_of(network, i);
    int64_t count = inputs.empty() ? 3 : channels[inputs.front()];
    if (stage.weight.defined()) count = stage.weight.size(0);
    if (stage.kind == Kind::concatenate)
      count = std::accumulate(inputs.begin(), inputs.end(), int64_t(0),
                              [&](int64_t sum, std::size_t k) { return sum + channels[k]; });
    channels.push_back(count);
  }
  return channels;
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

std::vector<at::Tensor> run_stages(const FeatureNetwork& network, const at::Tensor& input, const std::vector<std::size_t>& taps,
                                   Pooling pooling) {
  const auto needed = needed_for(network, taps);
  std::vector<std::size_t> last_use(network.stages.size());
  for (std::size_t i = 0; i < needed.size(); ++i)
    if (needed[i])
      for (const auto k : inputs_of(network, i)) last_use[k] = i;
  std::vector<at::Tensor> outputs(needed.size()), found(taps.size());
  for (std::size_t i = 0; i < needed.size(); ++i) {
    if (!needed[i]) continue;
    std::vector<at::Tensor> taken;
    for (const auto k : inputs_of(network, i)) taken.push_back(outputs[k]);
    if (taken.empty()) taken.push_back(input);
    outputs[i] = apply(network.stages[i], taken, pooling);
    for (std::size_t k = 0; k < taps.size(); ++k)
      if (taps[k] == i) found[k] = outputs[i];
    for (const auto k : inputs_of(network, i))
      if (last_use[k] == i) outputs[k].reset();
  }
  return found;
}

std::vector<at::Tensor> features(const FeatureNetwork& network, const at::Tensor& rgb, const std::vector<std::string>& layers,
                                 Pooling pooling) {
  std::vector<std::size_t> taps;
  for (const auto& layer : layers) taps.push_back(network.stage(layer));
  return run_stages(network, preprocess(network, rgb), taps, pooling);
}

}  // namespace inkstone
