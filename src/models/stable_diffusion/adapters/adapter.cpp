#include "models/stable_diffusion/adapters/adapter.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "models/stable_diffusion/adapters/adapter_names.hpp"
#include "weights/load.hpp"

namespace inkstone::sd {
namespace {

// Embeddings that some scripts pack beside an adapter; they are no part of it.
bool is_packed_embedding(const std::string& name) {
  return name.starts_with("bundle_emb.");
}

const AdapterTarget& target_of(const AdapterTargets& targets, const std::string& layer, const Adapter& adapter) {
  const auto found = targets.find(adapter_key(layer));
  if (found != targets.end()) return found->second;
  throw Error(
      ErrorCategory::bad_argument,
      fmt::format("{} changes a layer '{}', which the model lacks; it is made for another base model", adapter.origin, layer));
}

void add_bias(StateDict& weights, const std::string& layer, const at::Tensor& change, double strength) {
  auto& bias = weights.tensors.at(layer + ".bias");
  if (bias.numel() != change.numel())
    throw Error(ErrorCategory::bad_argument, "a change of the bias has another width than the bias");
  bias = (bias.to(at::kFloat) + strength * change.to(at::kFloat).reshape(bias.sizes())).to(bias.scalar_type());
}

// Weights in float32 while adapters are at work on them, and the dtype that they go back to.
using Worked = std::map<at::Tensor*, at::ScalarType>;

void apply_layer(StateDict& weights, const std::string& name, const AdapterLayer& layer, double strength, Worked& worked) {
  if (has_weight_change(layer)) {
    auto& weight = weights.tensors.at(name + ".weight");
    worked.emplace(&weight, weight.scalar_type());
    weight = adapted(weight, layer, strength);
  }
  const auto bias = layer.find("diff_b");
  if (bias != layer.end() && weights.contains(name + ".bias")) add_bias(weights, name, bias->second, strength);
}

void apply_adapter(Checkpoint& checkpoint, const AdapterTargets& targets, const AdapterUse& use, Worked& worked) {
  for (const auto& [name, layer] : use.adapter->layers) {
    const auto& target = target_of(targets, name, *use.adapter);
    auto& weights = target.encoder < 0 ? checkpoint.unet : checkpoint.text[static_cast<std::size_t>(target.encoder)].weights;
    try {
      apply_layer(weights, target.layer, layer, target.encoder < 0 ? use.unet_strength : use.text_strength, worked);
    } catch (const Error& error) {
      throw Error(error.category(), fmt::format("{}: '{}': {}", use.adapter->origin, name, error.what()));
    }
  }
}

}  // namespace

Adapter read_adapter(const std::filesystem::path& path) {
  return to_adapter(load_weights(path), path.string());
}

Adapter to_adapter(const StateDict& weights, const std::string& origin) {
  Adapter adapter{origin, {}};
  for (const auto& [name, tensor] : weights.tensors) {
    if (is_packed_embedding(name)) continue;
    const auto parts = split_adapter_name(name);
    if (!parts)
      throw Error(ErrorCategory::unsupported,
                  fmt::format("{} is no adapter of a known kind: it has a tensor '{}'", origin, name));
    adapter.layers[parts->layer][parts->role] = tensor;
  }
  if (adapter.layers.empty()) throw Error(ErrorCategory::corrupt_file, fmt::format("{} holds no adapter", origin));
  return adapter;
}

Checkpoint with_adapters(const Checkpoint& base, const std::vector<AdapterUse>& uses) {
  const at::NoGradGuard constant;
  Checkpoint merged = base;
  const auto targets = adapter_targets(base);
  Worked worked;
  for (const auto& use : uses) apply_adapter(merged, targets, use, worked);
  for (auto& [weight, dtype] : worked) *weight = weight->to(dtype);
  return merged;
}

}  // namespace inkstone::sd
