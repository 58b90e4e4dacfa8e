// How adapter files call layers, and which of a checkpoint's weights they mean.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "models/stable_diffusion/checkpoint.hpp"

namespace inkstone::sd {

struct AdapterTensorName {
  std::string layer;  // as the file has it
  std::string role;   // models/stable_diffusion/adapters/adapter_delta.hpp
};

// Absent where the name is that of no known kind of adapter.
std::optional<AdapterTensorName> split_adapter_name(std::string_view name);

struct AdapterTarget {
  int encoder = -1;   // of the text encoders, -1: the U-Net
  std::string layer;  // canonical, without .weight
};

// Every name under which an adapter may call a layer, brought to one form: component and path with underscores.
using AdapterTargets = std::map<std::string, AdapterTarget>;
AdapterTargets adapter_targets(const Checkpoint& checkpoint);

// The form that the keys of AdapterTargets have, of a layer's name in a file: lora_unet_..., unet...., lora_te1_...,
// text_encoder....
std::string adapter_key(std::string_view layer);

}  // namespace inkstone::sd
