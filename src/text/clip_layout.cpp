#include "text/clip_layout.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

struct NamePair {
  std::string_view canonical, open_clip;
};

constexpr NamePair kOutside[] = {
    {"text_model.embeddings.token_embedding.weight", "token_embedding.weight"},
    {"text_model.embeddings.position_embedding.weight", "positional_embedding"},
    {"text_model.final_layer_norm.weight", "ln_final.weight"},
    {"text_model.final_layer_norm.bias", "ln_final.bias"},
};

// Within a layer, each with .weight and .bias.
constexpr NamePair kInside[] = {
    {"layer_norm1", "ln_1"}, {"layer_norm2", "ln_2"},   {"self_attn.out_proj", "attn.out_proj"},
    {"mlp.fc1", "mlp.c_fc"}, {"mlp.fc2", "mlp.c_proj"},
};

constexpr std::array<std::string_view, 3> kProjections{"q_proj", "k_proj", "v_proj"};
constexpr std::string_view kLayers = "text_model.encoder.layers.", kBlocks = "transformer.resblocks.";
constexpr std::string_view kTokens = "text_model.embeddings.token_embedding.weight";

// Prefixes in the order of a checkpoint's encoders.
const ClipPlace kPlaces[] = {
    {"cond_stage_model.transformer.", false},
    {"cond_stage_model.model.", true},
    {"conditioner.embedders.0.transformer.", false},
    {"conditioner.embedders.0.model.", true},
    {"conditioner.embedders.1.transformer.", false},
    {"conditioner.embedders.1.model.", true},
    {"", false},
    {"", true},
};

// Checkpoints of early tools leave text_model. out.
bool is_bare(const StateDict& checkpoint, const std::string& prefix) {
  return checkpoint.contains(prefix + "embeddings.token_embedding.weight");
}

bool is_there(const StateDict& checkpoint, const ClipPlace& place) {
  if (place.open_clip)
    return checkpoint.contains(place.prefix + "token_embedding.weight") &&
           checkpoint.contains(place.prefix + "positional_embedding");
  return checkpoint.contains(place.prefix + std::string(kTokens)) || is_bare(checkpoint, place.prefix);
}

struct LayerName {
  std::string_view number, rest;
};

// "<head>N.rest"
std::optional<LayerName> layer_name(std::string_view name, std::string_view head) {
  if (!name.starts_with(head)) return {};
  name.remove_prefix(head.size());
  const auto dot = name.find('.');
  if (dot == std::string_view::npos) return {};
  return LayerName{name.substr(0, dot), name.substr(dot + 1)};
}

bool is_parameter(std::string_view name) {
  return name.ends_with(".weight") || name.ends_with(".bias");
}

// "in_proj_weight" or "in_proj_bias" of one layer, cut into the three that it is made of.
void cut_projections(StateDict& into, const LayerName& layer, const at::Tensor& fused, const std::string& name) {
  if (fused.dim() < 1 || fused.size(0) % 3 != 0)
    throw Error(ErrorCategory::corrupt_file, fmt::format("tensor '{}' should hold three projections", name));
  const auto parts = fused.chunk(3);
  const auto kind = layer.rest.ends_with("weight") ? "weight" : "bias";
  for (std::size_t i = 0; i < kProjections.size(); ++i)
    into.tensors[fmt::format("{}{}.self_attn.{}.{}", kLayers, layer.number, kProjections[i], kind)] = parts[i];
}

void take_layer_tensor(StateDict& into, const LayerName& layer, const at::Tensor& tensor, const std::string& name) {
  if (layer.rest.starts_with("attn.in_proj_")) return cut_projections(into, layer, tensor, name);
  for (const auto& pair : kInside)
    if (layer.rest.starts_with(pair.open_clip) && layer.rest.substr(pair.open_clip.size()).starts_with('.'))
      into.tensors[fmt::format("{}{}.{}{}", kLayers, layer.number, pair.canonical, layer.rest.substr(pair.open_clip.size()))] =
          tensor;
}

void take_open_clip_tensor(StateDict& into, const std::string& name, const at::Tensor& tensor) {
  if (const auto layer = layer_name(name, kBlocks)) return take_layer_tensor(into, *layer, tensor, name);
  if (name == "text_projection") into.tensors["text_projection.weight"] = tensor.t().contiguous();
  for (const auto& pair : kOutside)
    if (name == pair.open_clip) into.tensors[std::string(pair.canonical)] = tensor;
}

void take_transformers_tensor(StateDict& into, const std::string& name, const at::Tensor& tensor, bool bare) {
  const auto whole = bare && name != "text_projection.weight" ? "text_model." + name : name;
  if (is_parameter(whole) && (whole.starts_with("text_model.") || whole == "text_projection.weight"))
    into.tensors[whole] = tensor;
}

// The fused projection that a layer's q_proj opens.
void place_projections(StateDict& into, const StateDict& canonical, const LayerName& layer, const std::string& prefix) {
  const auto kind = layer.rest.ends_with("weight") ? "weight" : "bias";
  std::vector<at::Tensor> parts;
  for (const auto part : kProjections)
    parts.push_back(canonical.at(fmt::format("{}{}.self_attn.{}.{}", kLayers, layer.number, part, kind)));
  into.tensors[fmt::format("{}{}{}.attn.in_proj_{}", prefix, kBlocks, layer.number, kind)] = at::cat(parts);
}

void place_layer_tensor(StateDict& into, const StateDict& canonical, const LayerName& layer, const at::Tensor& tensor,
                        const std::string& prefix) {
  if (layer.rest.starts_with("self_attn.q_proj.")) return place_projections(into, canonical, layer, prefix);
  for (const auto& pair : kInside)
    if (layer.rest.starts_with(pair.canonical) && layer.rest.substr(pair.canonical.size()).starts_with('.'))
      into.tensors[fmt::format("{}{}{}.{}{}", prefix, kBlocks, layer.number, pair.open_clip,
                               layer.rest.substr(pair.canonical.size()))] = tensor;
}

}  // namespace

std::vector<ClipPlace> find_clips(const StateDict& checkpoint) {
  std::vector<ClipPlace> found;
  for (const auto& place : kPlaces)
    if (is_there(checkpoint, place)) found.push_back(place);
  return found;
}

StateDict take_clip(const StateDict& checkpoint, const ClipPlace& place) {
  StateDict canonical;
  const bool bare = is_bare(checkpoint, place.prefix);
  for (auto at = checkpoint.tensors.lower_bound(place.prefix);
       at != checkpoint.tensors.end() && at->first.starts_with(place.prefix); ++at) {
    const auto name = at->first.substr(place.prefix.size());
    if (place.open_clip) {
      take_open_clip_tensor(canonical, name, at->second);
    } else {
      take_transformers_tensor(canonical, name, at->second, bare);
    }
  }
  return canonical;
}

StateDict place_clip(const StateDict& canonical, const ClipPlace& place) {
  StateDict placed;
  for (const auto& [name, tensor] : canonical.tensors) {
    if (!place.open_clip) {
      placed.tensors[place.prefix + name] = tensor;
    } else if (const auto layer = layer_name(name, kLayers)) {
      place_layer_tensor(placed, canonical, *layer, tensor, place.prefix);
    } else if (name == "text_projection.weight") {
      placed.tensors[place.prefix + "text_projection"] = tensor.t().contiguous();
    } else {
      for (const auto& pair : kOutside)
        if (name == pair.canonical) placed.tensors[place.prefix + std::string(pair.open_clip)] = tensor;
    }
  }
  return placed;
}

}  // namespace inkstone
