#include "models/stable_diffusion/adapters/adapter_names.hpp"

#include <algorithm>
#include <utility>

#include <ATen/ATen.h>

#include "models/stable_diffusion/layout/name_map.hpp"
#include "models/stable_diffusion/layout/original_unet.hpp"

namespace inkstone::sd {
namespace {

using Replacement = std::pair<std::string_view, std::string_view>;

// Endings of tensors' names and the roles they say; a longer ending stands before one that it ends with.
constexpr Replacement kAdapterEndings[] = {
    {".lora_linear_layer.up.weight", "lora_up"},
    {".lora_linear_layer.down.weight", "lora_down"},
    {".lora.up.weight", "lora_up"},
    {".lora.down.weight", "lora_down"},
    {"_lora.up.weight", "lora_up"},
    {"_lora.down.weight", "lora_down"},
    {".lora_B.default.weight", "lora_up"},
    {".lora_A.default.weight", "lora_down"},
    {".lora_B.weight", "lora_up"},
    {".lora_A.weight", "lora_down"},
    {".lora_up.weight", "lora_up"},
    {".lora_down.weight", "lora_down"},
    {".lora_mid.weight", "lora_mid"},
    {".lora_magnitude_vector.default.weight", "dora_scale"},
    {".lora_magnitude_vector.default", "dora_scale"},
    {".lora_magnitude_vector.weight", "dora_scale"},
    {".lora_magnitude_vector", "dora_scale"},
    {".dora_scale", "dora_scale"},
    {".lora.alpha", "alpha"},
    {"_lora.alpha", "alpha"},
    {".alpha", "alpha"},
    {".diff", "diff"},
    {".diff_b", "diff_b"},
    {".hada_w1_a", "hada_w1_a"},
    {".hada_w1_b", "hada_w1_b"},
    {".hada_w2_a", "hada_w2_a"},
    {".hada_w2_b", "hada_w2_b"},
    {".hada_t1", "hada_t1"},
    {".hada_t2", "hada_t2"},
    {".lokr_w1", "lokr_w1"},
    {".lokr_w1_a", "lokr_w1_a"},
    {".lokr_w1_b", "lokr_w1_b"},
    {".lokr_w2", "lokr_w2"},
    {".lokr_w2_a", "lokr_w2_a"},
    {".lokr_w2_b", "lokr_w2_b"},
    {".lokr_t2", "lokr_t2"},
};

// What files put before a layer's path, and the component that it says.
constexpr Replacement kAdapterPrefixes[] = {
    {"lora_unet_", "unet_"},       {"unet.", "unet_"},          {"base_model.model.", "unet_"},
    {"lora_te1_", "text0_"},       {"lora_te2_", "text1_"},     {"lora_te_", "text0_"},
    {"text_encoder_2.", "text1_"}, {"text_encoder.", "text0_"}, {"lora_prior_unet_", "unet_"},
};

std::string underscored(std::string_view path) {
  std::string key(path);
  std::replace(key.begin(), key.end(), '.', '_');
  return key;
}

void add_weight_targets(AdapterTargets& targets, const StateDict& weights, const std::string& component, int encoder) {
  constexpr std::string_view kEnding = ".weight";
  for (const auto& [name, tensor] : weights.tensors)
    if (name.ends_with(kEnding)) {
      const auto layer = name.substr(0, name.size() - kEnding.size());
      targets[component + underscored(layer)] = {encoder, layer};
    }
}

// diffusers' older names: to_out for to_out.0, and in text encoders to_q for q_proj.
void add_older_names(AdapterTargets& targets) {
  const std::pair<std::string, std::string> pairs[] = {
      {"_to_out_0", "_to_out"}, {"_q_proj", "_to_q"}, {"_k_proj", "_to_k"}, {"_v_proj", "_to_v"}, {"_out_proj", "_to_out"}};
  AdapterTargets older;
  for (const auto& [key, target] : targets)
    for (const auto& [newer, old] : pairs)
      if (key.ends_with(newer)) older[key.substr(0, key.size() - newer.size()) + old] = target;
  targets.merge(older);
}

// Names of the original layout, which scripts for XL use.
void add_original_names(AdapterTargets& targets, const Checkpoint& checkpoint) {
  StateDict numbered;  // the names go through the map, each with a number that leads back
  std::vector<std::string> names;
  for (const auto& [name, tensor] : checkpoint.unet.tensors) {
    numbered.tensors[name] = at::scalar_tensor(static_cast<int64_t>(names.size()), at::kLong);
    names.push_back(name);
  }
  constexpr std::size_t kEnding = 7;  // ".weight"
  for (const auto& [original, number] :
       renamed(numbered, original_unet_names(checkpoint.unet_config), Direction::to_original).tensors) {
    const auto& name = names[static_cast<std::size_t>(number.item<int64_t>())];
    if (!name.ends_with(".weight") || !original.ends_with(".weight")) continue;
    targets.emplace("unet_" + underscored(original.substr(0, original.size() - kEnding)),
                    AdapterTarget{-1, name.substr(0, name.size() - kEnding)});
  }
}

}  // namespace

std::optional<AdapterTensorName> split_adapter_name(std::string_view name) {
  for (const auto& [ending, role] : kAdapterEndings)
    if (name.ends_with(ending))
      return AdapterTensorName{std::string(name.substr(0, name.size() - ending.size())), std::string(role)};
  return {};
}

AdapterTargets adapter_targets(const Checkpoint& checkpoint) {
  AdapterTargets targets;
  add_weight_targets(targets, checkpoint.unet, "unet_", -1);
  // the refiner's only encoder is the second of the base
  const std::size_t first = checkpoint.version == Version::sdxl_refiner ? 1 : 0;
  for (std::size_t i = 0; i < checkpoint.text.size(); ++i)
    add_weight_targets(targets, checkpoint.text[i].weights, "text" + std::to_string(first + i) + "_", static_cast<int>(i));
  add_older_names(targets);
  add_original_names(targets, checkpoint);
  return targets;
}

std::string adapter_key(std::string_view layer) {
  std::string component = "unet_", path(layer);
  for (const auto& [prefix, key] : kAdapterPrefixes)
    if (layer.starts_with(prefix)) {
      component = key;
      path = layer.substr(prefix.size());
      break;
    }
  constexpr std::string_view kProcessor = ".processor";
  if (const auto at = path.find(kProcessor); at != std::string::npos) path.erase(at, kProcessor.size());
  return component + underscored(path);
}

}  // namespace inkstone::sd
