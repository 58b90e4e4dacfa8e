#include "models/stable_diffusion/layout/text_layers.hpp"

#include <fmt/format.h>

namespace inkstone::sd {
namespace {

constexpr int64_t kLayersOfVitH = 24, kWidthOfVitH = 1024;
const std::string kLastLayer = fmt::format("text_model.encoder.layers.{}.", kLayersOfVitH - 1);
const std::string kLayerBefore = fmt::format("text_model.encoder.layers.{}.", kLayersOfVitH - 2);

}  // namespace

void drop_unused_layer(TextEncoderPart& part) {
  const auto has_layer = [&](int64_t layer) {
    return part.weights.contains(fmt::format("text_model.encoder.layers.{}.mlp.fc1.weight", layer));
  };
  if (part.config.width != kWidthOfVitH || !has_layer(kLayersOfVitH - 1) || has_layer(kLayersOfVitH)) return;
  std::erase_if(part.weights.tensors,
                [](const auto& item) { return item.first.starts_with(kLastLayer) || item.first == "text_projection.weight"; });
  part.config.layers = kLayersOfVitH - 1;
  part.config.projection = 0;
}

StateDict with_unused_layer(const TextEncoderPart& part) {
  auto weights = part.weights;
  if (part.config.width != kWidthOfVitH || part.config.layers != kLayersOfVitH - 1) return weights;
  for (const auto& [name, tensor] : part.weights.tensors)
    if (name.starts_with(kLayerBefore)) weights.tensors.emplace(kLastLayer + name.substr(kLayerBefore.size()), tensor);
  return weights;
}

}  // namespace inkstone::sd
