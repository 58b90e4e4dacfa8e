#include "models/clip/clip_vision.hpp"

#include <algorithm>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include "models/stable_diffusion/config_reader.hpp"
#include "tensor/picture.hpp"
#include "text/module_branch.hpp"

namespace inkstone {
namespace {

// OpenAI's, of their training pictures.
const std::vector<double> kMean = {0.48145466, 0.4578275, 0.40821073}, kDeviation = {0.26862954, 0.26130258, 0.27577711};

ClipLayerSizes sizes_of(const ClipVisionConfig& config) {
  return {config.width, config.heads, config.hidden, config.activation, config.norm_eps};
}

at::Tensor channels(const std::vector<double>& values) {
  return at::tensor(values, at::kFloat).view({1, 3, 1, 1});
}

bool is_of_vision(const std::string& name) {
  return (name.starts_with("vision_model.") || name == "visual_projection.weight") && !name.ends_with("position_ids");
}

}  // namespace

ClipVisionConfig clip_vision_config_of(const nlohmann::json& config, const std::string& origin) {
  const auto inner = config.find("vision_config");
  const sd::ConfigReader whole(config, origin), read(inner != config.end() && inner->is_object() ? *inner : config, origin);
  ClipVisionConfig vision;
  vision.width = read.integer("hidden_size", 768);
  vision.layers = read.integer("num_hidden_layers", 12);
  vision.heads = read.integer("num_attention_heads", 12);
  vision.hidden = read.integer("intermediate_size", 3072);
  vision.side = read.integer("image_size", 224);
  vision.patch = read.integer("patch_size", 32);
  vision.projection = whole.integer("projection_dim", read.integer("projection_dim", 512));
  vision.norm_eps = read.number("layer_norm_eps", 1e-5);
  const auto activation = read.text("hidden_act", "quick_gelu");
  if (activation != "quick_gelu" && activation != "gelu") read.unsupported("the activation " + activation);
  vision.activation = activation == "gelu" ? TextActivation::gelu : TextActivation::quick_gelu;
  for (const auto size : {vision.width, vision.layers, vision.heads, vision.hidden, vision.side, vision.patch, vision.projection})
    if (size < 1) read.corrupt("a size of the picture encoder is not positive");
  if (vision.width % vision.heads != 0 || vision.side < vision.patch)
    read.corrupt("the sizes of the picture encoder contradict each other");
  return vision;
}

at::Tensor clip_pixels(const at::Tensor& picture, std::int64_t side) {
  const auto height = picture.size(2), width = picture.size(3), shorter = std::min(height, width);
  const auto scaled = [&](std::int64_t length) { return length == shorter ? side : length * side / shorter; };
  const auto small = resize(picture, scaled(height), scaled(width));
  const auto square = small.narrow(2, (small.size(2) - side) / 2, side).narrow(3, (small.size(3) - side) / 2, side);
  const auto bytes = square.mul(255).round().clamp(0, 255).div(255);
  return (bytes - channels(kMean)) / channels(kDeviation);
}

at::Tensor direction(const at::Tensor& rows) {
  return rows / rows.norm(2, {-1}, true).clamp_min(1e-12);
}

ClipVisionImpl::ClipVisionImpl(const ClipVisionConfig& config)
    : config_(config),
      patch_embedding(3, config.width, config.patch, config.patch, 0, false),
      pre_norm(config.width, config.norm_eps),
      post_norm(config.width, config.norm_eps),
      projection(config.width, config.projection, false) {
  const auto model = branch_of(*this, "vision_model");
  const auto embeddings = branch_of(*model, "embeddings");
  const auto cells = config.side / config.patch;
  class_embedding = embeddings->register_parameter("class_embedding", nn::placeholder({config.width}), false);
  embeddings->register_module("patch_embedding", patch_embedding);
  position_embedding = embedding_of(*embeddings, "position_embedding", cells * cells + 1, config.width);
  model->register_module("pre_layrnorm", pre_norm);
  for (std::int64_t i = 0; i < config.layers; ++i) layers->push_back(ClipLayer(sizes_of(config)));
  branch_of(*model, "encoder")->register_module("layers", layers);
  model->register_module("post_layernorm", post_norm);
  register_module("visual_projection", projection);
}

at::Tensor ClipVisionImpl::forward(const at::Tensor& pixels) {
  const at::NoGradGuard inference;
  const auto patches = patch_embedding(pixels).flatten(2).transpose(1, 2);
  const auto token = class_embedding.to(pixels.scalar_type()).expand({pixels.size(0), 1, config_.width});
  auto x = pre_norm(at::cat({token, patches}, 1) + position_embedding.to(pixels.scalar_type()));
  for (const auto& layer : *layers) x = layer->as<ClipLayer>()->forward(x);
  return projection(post_norm(x.select(1, 0).contiguous()));
}

ClipVision to_clip_vision(const StateDict& weights, const ClipVisionConfig& config, const std::string& origin) {
  StateDict own;
  for (const auto& [name, tensor] : weights.tensors)
    if (is_of_vision(name)) own.tensors.emplace(name, tensor);
  ClipVision network(config);
  nn::fill(*network, own, {.dtype = at::kFloat, .origin = origin});
  return network;
}

}  // namespace inkstone
