#include "text/clip_text_config.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/files.hpp"
#include "inkstone/error.hpp"
#include "weights/named_file.hpp"

namespace inkstone {
namespace {

constexpr std::uint64_t kMostConfig = std::uint64_t(1) << 20;
constexpr std::int64_t kMostWidth = 1 << 16, kMostVocabulary = 1 << 24, kMostLayers = 512, kHeadWidth = 64, kOpenAiWidth = 768;

void read_size(const nlohmann::json& json, const char* key, std::int64_t& value, std::int64_t most) {
  const auto found = json.find(key);
  if (found == json.end() || found->is_null()) return;
  if (!found->is_number_integer() || *found < 1 || *found > most)
    throw Error(ErrorCategory::corrupt_file, fmt::format("'{}' should be a whole number from 1 to {}", key, most));
  value = found->get<std::int64_t>();
}

TextActivation activation_of(const nlohmann::json& json) {
  const auto found = json.find("hidden_act");
  if (found == json.end() || *found == "quick_gelu") return TextActivation::quick_gelu;
  if (*found == "gelu") return TextActivation::gelu;
  throw Error(ErrorCategory::unsupported,
              fmt::format("the activation {} of a text encoder; known are quick_gelu and gelu", found->dump()));
}

bool is_projected(const nlohmann::json& json) {
  const auto found = json.find("architectures");
  return found != json.end() && found->is_array() && !found->empty() && found->front() == "CLIPTextModelWithProjection";
}

void check_heads(const ClipTextConfig& config) {
  if (config.heads < 1 || config.width % config.heads != 0)
    throw Error(ErrorCategory::corrupt_file,
                fmt::format("a text encoder of {} channels cannot have {} heads", config.width, config.heads));
}

}  // namespace

ClipTextConfig parse_clip_text_config(std::string_view text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) throw Error(ErrorCategory::corrupt_file, "the configuration of a text encoder should be a JSON object");
  ClipTextConfig config;
  read_size(json, "vocab_size", config.vocabulary, kMostVocabulary);
  read_size(json, "max_position_embeddings", config.positions, kMostWidth);
  read_size(json, "hidden_size", config.width, kMostWidth);
  read_size(json, "num_hidden_layers", config.layers, kMostLayers);
  read_size(json, "num_attention_heads", config.heads, kMostWidth);
  read_size(json, "intermediate_size", config.hidden, kMostWidth);
  if (is_projected(json)) {
    config.projection = 512;  // what transformers takes where the key is absent
    read_size(json, "projection_dim", config.projection, kMostWidth);
  }
  config.activation = activation_of(json);
  if (const auto eps = json.find("layer_norm_eps"); eps != json.end() && eps->is_number()) config.norm_eps = eps->get<double>();
  check_heads(config);
  return config;
}

ClipTextConfig read_clip_text_config(const std::filesystem::path& path) {
  return naming_file(path, [&] { return parse_clip_text_config(read_file(path, kMostConfig)); });
}

ClipTextConfig recognise_clip_text(const StateDict& weights) {
  const auto& tokens = weights.at("text_model.embeddings.token_embedding.weight", {-1, -1});
  ClipTextConfig config;
  config.vocabulary = tokens.size(0);
  config.width = tokens.size(1);
  config.positions = weights.at("text_model.embeddings.position_embedding.weight", {-1, config.width}).size(0);
  config.layers = 0;
  while (weights.contains(fmt::format("text_model.encoder.layers.{}.mlp.fc1.weight", config.layers))) ++config.layers;
  config.hidden = weights.at("text_model.encoder.layers.0.mlp.fc1.weight", {-1, config.width}).size(0);
  config.heads = config.width / kHeadWidth;
  config.activation = config.width == kOpenAiWidth ? TextActivation::quick_gelu : TextActivation::gelu;
  if (weights.contains("text_projection.weight"))
    config.projection = weights.at("text_projection.weight", {-1, config.width}).size(0);
  check_heads(config);
  return config;
}

}  // namespace inkstone
