#include "models/features/network_file.hpp"

#include <sstream>

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

using Kind = FeatureStage::Kind;

template <class T>
std::array<T, 3> three_numbers(const StateDict& weights, const std::string& key) {
  std::array<T, 3> numbers{};
  const auto found = weights.metadata.find(key);
  std::istringstream text(found == weights.metadata.end() ? "" : found->second);
  if (text >> numbers[0] >> numbers[1] >> numbers[2]) return numbers;
  throw Error(ErrorCategory::corrupt_file, fmt::format("the weights' metadata '{}' should be three numbers", key));
}

std::array<int, 3> channel_order(const StateDict& weights) {
  const auto order = three_numbers<int>(weights, "inkstone.order");
  for (const int c : order)
    if (c < 0 || c > 2)
      throw Error(ErrorCategory::corrupt_file, "the weights' metadata 'inkstone.order' should name channels 0 to 2");
  return order;
}

Kind kind_of(const std::string& name) {
  return name.starts_with("relu") ? Kind::relu : name.starts_with("pool") ? Kind::pool : Kind::conv;
}

[[noreturn]] void misfit(const FeatureStage& stage, const char* what) {
  throw Error(ErrorCategory::corrupt_file, fmt::format("convolution '{}' {}", stage.name, what));
}

}  // namespace

StateDict to_state_dict(const FeatureNetwork& network) {
  StateDict weights;
  std::vector<std::string> names;
  for (const auto& stage : network.stages) {
    names.push_back(stage.name);
    if (stage.kind != Kind::conv) continue;
    weights.tensors[stage.name + ".weight"] = stage.weight;
    weights.tensors[stage.name + ".bias"] = stage.bias;
  }
  weights.metadata["inkstone.network"] = network.name;
  weights.metadata["inkstone.stages"] = fmt::format("{}", fmt::join(names, " "));
  weights.metadata["inkstone.order"] = fmt::format("{}", fmt::join(network.order, " "));
  weights.metadata["inkstone.scale"] = fmt::format("{}", fmt::join(network.scale, " "));
  weights.metadata["inkstone.mean"] = fmt::format("{}", fmt::join(network.mean, " "));
  return weights;
}

bool holds_feature_network(const StateDict& weights) {
  return weights.metadata.count("inkstone.stages") != 0;
}

FeatureNetwork to_feature_network(const StateDict& weights) {
  FeatureNetwork network;
  if (const auto name = weights.metadata.find("inkstone.network"); name != weights.metadata.end()) network.name = name->second;
  network.order = channel_order(weights);
  network.scale = three_numbers<float>(weights, "inkstone.scale");
  network.mean = three_numbers<float>(weights, "inkstone.mean");
  std::istringstream names(weights.metadata.at("inkstone.stages"));
  for (std::string name; names >> name;) {
    FeatureStage stage{kind_of(name), name, {}, {}};
    if (stage.kind == Kind::conv) {
      stage.weight = weights.at(name + ".weight", {-1, -1, -1, -1}).to(at::kFloat).contiguous();
      stage.bias = weights.at(name + ".bias", {-1}).to(at::kFloat).contiguous();
    }
    network.stages.push_back(std::move(stage));
  }
  check_feature_network(network);
  return network;
}

void check_feature_network(const FeatureNetwork& network) {
  int64_t channels = 3;
  for (const auto& stage : network.stages) {
    if (stage.kind != Kind::conv) continue;
    if (stage.weight.dim() != 4 || stage.weight.size(1) != channels)
      misfit(stage, "does not take the channels that the layer before gives");
    if (stage.weight.size(2) != stage.weight.size(3) || stage.weight.size(2) % 2 == 0)
      misfit(stage, "should have an odd, square kernel");
    if (stage.bias.numel() != stage.weight.size(0)) misfit(stage, "has a bias of another width than its weight");
    channels = stage.weight.size(0);
  }
  if (channels == 3) throw Error(ErrorCategory::corrupt_file, "the weights hold no convolutions of a feature network");
}

}  // namespace inkstone
