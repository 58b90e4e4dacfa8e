#include "models/clip/clip_model.hpp"

#include <algorithm>
#include <cmath>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include "models/stable_diffusion/diffusers_folder.hpp"

namespace inkstone {
namespace {

namespace fs = std::filesystem;

ClipTextConfig text_config_of(const nlohmann::json& config) {
  auto inner = config.value("text_config", nlohmann::json::object());
  if (!inner.is_object()) inner = nlohmann::json::object();
  // transformers' defaults, of ViT-B/32
  for (const auto& [key, value] :
       {std::pair{"hidden_size", 512}, {"intermediate_size", 2048}, {"num_hidden_layers", 12}, {"num_attention_heads", 8}})
    if (!inner.contains(key)) inner[key] = value;
  inner["architectures"] = {"CLIPTextModelWithProjection"};
  inner["projection_dim"] = config.value("projection_dim", nlohmann::json(512));
  return parse_clip_text_config(inner.dump());
}

StateDict of_text(const StateDict& weights) {
  StateDict own;
  for (const auto& [name, tensor] : weights.tensors)
    if ((name.starts_with("text_model.") || name == "text_projection.weight") && !name.ends_with("position_ids"))
      own.tensors.emplace(name, tensor);
  return own;
}

ClipTokenizer tokenizer_of(const fs::path& folder) {
  return fs::exists(folder / "merges.txt") ? ClipTokenizer::read(folder) : ClipTokenizer::embedded();
}

double scale_of(const StateDict& weights) {
  const auto found = weights.tensors.find("logit_scale");
  return found == weights.tensors.end() ? 100 : std::exp(found->second.to(at::kDouble).reshape({-1})[0].item<double>());
}

}  // namespace

ClipModel::ClipModel(const fs::path& folder) : vision_(nullptr), text_(nullptr), tokenizer_(tokenizer_of(folder)), scale_(0) {
  const auto config = sd::read_component_json(folder / "config.json");
  const auto weights = sd::read_component_weights(folder);
  vision_ = to_clip_vision(weights, clip_vision_config_of(config, (folder / "config.json").string()), folder.string());
  text_ = to_clip_text(of_text(weights), text_config_of(config), {.dtype = at::kFloat, .origin = folder.string()});
  scale_ = scale_of(weights);
}

at::Tensor ClipModel::see(const at::Tensor& picture) {
  return direction(vision_(clip_pixels(picture, vision_->config().side)))[0];
}

at::Tensor ClipModel::read(const std::vector<std::string>& texts) {
  const auto positions = text_->config().positions;
  auto ids = at::full({std::int64_t(texts.size()), positions}, tokenizer_.end(), at::kLong);
  std::vector<std::int64_t> ends;
  for (const auto& text : texts) {
    auto tokens = tokenizer_.encode(text);
    tokens.resize(std::min<std::size_t>(tokens.size(), std::size_t(positions) - 2));
    tokens.insert(tokens.begin(), tokenizer_.start());
    ids[std::int64_t(ends.size())].narrow(0, 0, std::int64_t(tokens.size())).copy_(at::tensor(tokens, at::kLong));
    ends.push_back(std::int64_t(tokens.size()));
  }
  return direction(text_->forward(text_->embed(ids), ends, {.pooled = true}).pooled);
}

}  // namespace inkstone
