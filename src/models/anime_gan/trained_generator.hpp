// A model of the family `cartoon` as the weights of its generator, whichever of the two networks that is.
#pragma once

#include <optional>
#include <string>

#include "tensor/state_dict.hpp"

namespace inkstone {

// Its tensors without "generator." before their names; nothing for weights of another family, or without the tensor `first`.
inline std::optional<StateDict> trained_generator(const StateDict& weights, const std::string& first) {
  constexpr std::string_view kPrefix = "generator.";
  const auto family = weights.metadata.find("inkstone.family");
  if (family == weights.metadata.end() || family->second != "cartoon" || !weights.contains(std::string(kPrefix) + first))
    return std::nullopt;
  StateDict generator;
  for (const auto& [name, tensor] : weights.tensors)
    if (name.starts_with(kPrefix)) generator.tensors[name.substr(kPrefix.size())] = tensor;
  return generator;
}

}  // namespace inkstone
