#include "models/clip/safety_checker.hpp"

#include <cmath>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "models/stable_diffusion/diffusers_folder.hpp"

namespace inkstone {
namespace {

constexpr double kSpecialCare = 0.01;  // what every threshold falls by where a picture calls for it
constexpr std::string_view kTower = "vision_model.";

at::Tensor floats(const StateDict& weights, const char* name, std::vector<std::int64_t> shape, const std::string& origin) {
  const auto found = weights.tensors.find(name);
  if (found == weights.tensors.end() || found->second.sizes() != shape)
    throw Error(ErrorCategory::corrupt_file, fmt::format("{} has no fitting '{}'; it is no safety checker", origin, name));
  return found->second.to(at::kFloat);
}

std::int64_t rows_of(const StateDict& weights, const char* name) {
  const auto found = weights.tensors.find(name);
  return found == weights.tensors.end() || found->second.dim() == 0 ? 0 : found->second.size(0);
}

// The tower stands under a name of its own: vision_model.vision_model.embeddings...
StateDict without_outer_name(const StateDict& weights) {
  StateDict inner;
  const auto doubled = std::string(kTower) + std::string(kTower);
  for (const auto& [name, tensor] : weights.tensors)
    inner.tensors.emplace(name.starts_with(doubled) ? name.substr(kTower.size()) : name, tensor);
  return inner;
}

// diffusers rounds the difference to three digits before it is compared with 0.
bool any_above(const at::Tensor& cosines, const at::Tensor& thresholds, double adjustment) {
  return at::round((cosines - thresholds + adjustment) * 1000).gt(0).any().item<bool>();
}

}  // namespace

SafetyChecker::SafetyChecker(const std::filesystem::path& folder)
    : SafetyChecker(sd::read_component_weights(folder),
                    clip_vision_config_of(sd::read_component_json(folder / "config.json"), (folder / "config.json").string()),
                    folder.string()) {}

SafetyChecker::SafetyChecker(const StateDict& weights, const ClipVisionConfig& config, const std::string& origin)
    : vision_(to_clip_vision(without_outer_name(weights), config, origin)) {
  const auto concepts = rows_of(weights, "concept_embeds"), special = rows_of(weights, "special_care_embeds");
  concepts_ = direction(floats(weights, "concept_embeds", {concepts, config.projection}, origin));
  special_ = direction(floats(weights, "special_care_embeds", {special, config.projection}, origin));
  concept_thresholds_ = floats(weights, "concept_embeds_weights", {concepts}, origin);
  special_thresholds_ = floats(weights, "special_care_embeds_weights", {special}, origin);
}

bool SafetyChecker::finds(const at::Tensor& picture) {
  return find(clip_pixels(picture, vision_->config().side)).front();
}

std::vector<bool> SafetyChecker::find(const at::Tensor& pixels) {
  const auto views = direction(vision_(pixels));
  std::vector<bool> found;
  for (std::int64_t i = 0; i < views.size(0); ++i) {
    const bool care = any_above(at::mv(special_, views[i]), special_thresholds_, 0);
    found.push_back(any_above(at::mv(concepts_, views[i]), concept_thresholds_, care ? kSpecialCare : 0));
  }
  return found;
}

}  // namespace inkstone
