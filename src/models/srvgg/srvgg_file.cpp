#include "models/srvgg/srvgg_file.hpp"

#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "inkstone/error.hpp"
#include "nn/fill.hpp"

namespace inkstone {
namespace {

const std::string kNetworkOfOurs = "enhancer.";

const at::Tensor* body_weight(const StateDict& weights, int64_t place) {
  const auto found = weights.tensors.find(fmt::format("body.{}.weight", place));
  return found == weights.tensors.end() ? nullptr : &found->second;
}

// Of the body: convolutions stand at the even places, slopes of the rectifiers between them.
int64_t last_convolution(const StateDict& weights) {
  int64_t last = -2;
  while (body_weight(weights, last + 2)) last += 2;
  return last;
}

bool is_of_family(const StateDict& weights) {
  const auto family = weights.metadata.find("inkstone.family");
  return family != weights.metadata.end() && family->second == "enhancer";
}

StateDict of_network(const StateDict& weights) {
  StateDict plain;
  for (const auto& [name, tensor] : weights.tensors)
    if (name.starts_with(kNetworkOfOurs)) plain.tensors[name.substr(kNetworkOfOurs.size())] = tensor;
  return plain;
}

bool has_compact_shapes(const StateDict& weights) {
  const auto last = last_convolution(weights);
  return last >= 2 && body_weight(weights, 0)->dim() == 4 && body_weight(weights, last)->dim() == 4;
}

SrvggConfig published_config(const StateDict& weights) {
  const auto last = last_convolution(weights);
  SrvggConfig config;
  config.features = body_weight(weights, 0)->size(0);
  config.convolutions = last / 2 - 1;
  config.scale = std::lround(std::sqrt(double(body_weight(weights, last)->size(0)) / 3));
  config.activation = body_weight(weights, 1) ? "prelu" : "relu";
  return config;
}

SrvggConfig described_config(const StateDict& weights) try {
  const auto options = nlohmann::json::parse(weights.metadata.at("inkstone.options"));
  SrvggConfig config;
  config.features = options.at("features");
  config.convolutions = options.at("convolutions");
  config.scale = options.at("scale");
  config.unshuffle = options.at("unshuffle");
  config.activation = options.at("activation");
  config.base = options.at("base");
  const auto sane = [](int64_t value, int64_t most) { return value >= 1 && value <= most; };
  if (!sane(config.features, 4096) || !sane(config.convolutions, 1024) || !sane(config.scale, 16) || !sane(config.unshuffle, 16))
    throw Error(ErrorCategory::corrupt_file, "the model's 'inkstone.options' describe an impossible network");
  return config;
} catch (const nlohmann::json::exception& error) {
  throw Error(ErrorCategory::corrupt_file, fmt::format("the model's 'inkstone.options' cannot be read: {}", error.what()));
} catch (const std::out_of_range&) {
  throw Error(ErrorCategory::corrupt_file, "the model lacks 'inkstone.options'");
}

}  // namespace

bool is_srvgg(const StateDict& weights) {
  return is_of_family(weights) || has_compact_shapes(weights);
}

SrvggNet make_srvgg(const StateDict& weights) {
  if (!is_srvgg(weights))
    throw Error(ErrorCategory::unsupported, "the weights are of no compact network of Real-ESRGAN (body.0.weight and on)");
  const bool ours = is_of_family(weights);
  SrvggNet network(ours ? described_config(weights) : published_config(weights));
  nn::fill(*network, ours ? of_network(weights) : weights, {.dtype = at::kFloat, .origin = "the compact model"});
  network->eval();
  for (auto& parameter : network->parameters()) parameter.requires_grad_(false);
  return network;
}

}  // namespace inkstone
