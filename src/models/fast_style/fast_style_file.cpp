#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "models/fast_style/fast_style.hpp"

namespace inkstone {
namespace {

constexpr const char* kOurs = "painter.";  // before the names of a network trained here

std::string variable(int64_t number) {
  return number == 0 ? "Variable" : fmt::format("Variable_{}", number);
}

bool is_lengstrom(const StateDict& weights) {
  return weights.contains("Variable") && weights.contains("Variable_47");
}

bool is_ours(const StateDict& weights) {
  const auto family = weights.metadata.find("inkstone.family");
  return family != weights.metadata.end() && family->second == "fast-style";
}

// Names of the layers in the order in which lengstrom's network makes its variables.
std::vector<std::pair<std::string, std::string>> layer_names(int64_t blocks) {
  std::vector<std::pair<std::string, std::string>> names = {{"conv1", "in1"}, {"conv2", "in2"}, {"conv3", "in3"}};
  for (int64_t block = 1; block <= blocks; ++block)
    for (const char* part : {"1", "2"})
      names.emplace_back(fmt::format("res{}.conv{}", block, part), fmt::format("res{}.in{}", block, part));
  for (const char* part : {"1", "2", "3"})
    names.emplace_back(fmt::format("deconv{}", part), fmt::format("in{}", part[0] - '0' + 3));
  return names;
}

// Kernel HWIO (of transposed convolutions HWOI), then beta, then gamma, for one layer after the other.
StateDict from_lengstrom(const StateDict& weights) {
  StateDict renamed;
  int64_t number = 0;
  for (const auto& [conv, norm] : layer_names(5)) {
    const bool transposed = conv == "deconv1" || conv == "deconv2";
    const auto& kernel = weights.at(variable(number), {-1, -1, -1, -1});
    renamed.tensors[conv + ".conv2d.weight"] = transposed ? kernel.permute({2, 3, 0, 1}) : kernel.permute({3, 2, 0, 1});
    renamed.tensors[norm + ".bias"] = weights.at(variable(number + 1));
    renamed.tensors[norm + ".weight"] = weights.at(variable(number + 2));
    number += 3;
  }
  return renamed;
}

StateDict without_prefix(const StateDict& weights, const std::string& prefix) {
  StateDict renamed;
  for (const auto& [name, tensor] : weights.tensors)
    renamed.tensors[name.starts_with(prefix) ? name.substr(prefix.size()) : name] = tensor;
  return renamed;
}

FastStyleConfig config_of(const StateDict& weights) {
  FastStyleConfig config;
  config.widths.clear();
  for (const char* conv : {"conv1", "conv2", "conv3"})
    config.widths.push_back(weights.at(std::string(conv) + ".conv2d.weight", {-1, -1, -1, -1}).size(0));
  config.blocks = 0;
  while (weights.contains(fmt::format("res{}.conv1.conv2d.weight", config.blocks + 1))) ++config.blocks;
  return config;
}

FastStyleConfig lengstrom_config(const StateDict& weights) {
  auto config = config_of(weights);
  config.tensorflow = true;
  config.bias = false;
  config.norm_last = true;
  config.eps = 1e-3;
  config.input_scale = 255;
  return config;
}

FastStyleConfig example_config(const StateDict& weights) {
  auto config = config_of(weights);
  config.input_scale = 255;
  config.output = FastStyleConfig::Output::pixels;
  return config;
}

FastStyle filled(const FastStyleConfig& config, const StateDict& weights) {
  FastStyle network(config);
  const at::NoGradGuard frozen;
  for (auto& item : network->named_parameters())
    item.value().set_data(weights.at(item.key(), item.value().sizes()).to(at::kFloat).contiguous());
  network->eval();
  return network;
}

}  // namespace

bool is_fast_style(const StateDict& weights) {
  return is_lengstrom(weights) || is_ours(weights) ||
         (weights.contains("conv1.conv2d.weight") && weights.contains("deconv3.conv2d.weight") &&
          weights.contains("res1.in1.weight"));
}

FastStyle make_fast_style(const StateDict& weights) {
  if (is_lengstrom(weights)) {
    const auto renamed = from_lengstrom(weights);
    return filled(lengstrom_config(renamed), renamed);
  }
  if (is_ours(weights)) {
    const auto renamed = without_prefix(weights, kOurs);
    return filled(config_of(renamed), renamed);
  }
  if (!is_fast_style(weights))
    throw Error(ErrorCategory::unsupported,
                "the weights are of no feed-forward style network (lengstrom's, PyTorch's example or one trained here)");
  return filled(example_config(weights), weights);
}

}  // namespace inkstone
