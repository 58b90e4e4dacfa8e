#include "text/bert_text.hpp"

#include <limits>

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/files.hpp"
#include "inkstone/error.hpp"
#include "text/attention.hpp"
#include "text/module_branch.hpp"
#include "weights/named_file.hpp"

namespace inkstone {
namespace {

constexpr std::uint64_t kMostBertConfig = std::uint64_t(1) << 20;
constexpr int64_t kMostBertSize = 1 << 24, kMostBertLayers = 512;

void read_bert_size(const nlohmann::json& json, const char* key, int64_t& value, int64_t most) {
  const auto found = json.find(key);
  if (found == json.end()) return;
  if (!found->is_number_integer() || *found < 1 || *found > most)
    throw Error(ErrorCategory::corrupt_file, fmt::format("'{}' should be a whole number from 1 to {}", key, most));
  value = found->get<int64_t>();
}

void require_setting(const nlohmann::json& json, const char* key, const char* value) {
  const auto found = json.find(key);
  if (found != json.end() && *found != value)
    throw Error(ErrorCategory::unsupported,
                fmt::format("a BERT whose '{}' is {}; only \"{}\" is known", key, found->dump(), value));
}

}  // namespace

BertConfig parse_bert_config(std::string_view text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) throw Error(ErrorCategory::corrupt_file, "the configuration of a BERT should be a JSON object");
  require_setting(json, "hidden_act", "gelu");
  require_setting(json, "position_embedding_type", "absolute");
  BertConfig config;
  read_bert_size(json, "vocab_size", config.vocabulary, kMostBertSize);
  read_bert_size(json, "max_position_embeddings", config.positions, kMostBertSize);
  read_bert_size(json, "type_vocab_size", config.types, kMostBertSize);
  read_bert_size(json, "hidden_size", config.width, kMostBertSize);
  read_bert_size(json, "num_hidden_layers", config.layers, kMostBertLayers);
  read_bert_size(json, "num_attention_heads", config.heads, kMostBertSize);
  read_bert_size(json, "intermediate_size", config.hidden, kMostBertSize);
  if (const auto eps = json.find("layer_norm_eps"); eps != json.end() && eps->is_number()) config.norm_eps = eps->get<double>();
  if (config.width % config.heads != 0)
    throw Error(ErrorCategory::corrupt_file,
                fmt::format("a BERT of {} channels cannot have {} heads", config.width, config.heads));
  return config;
}

BertConfig read_bert_config(const std::filesystem::path& path) {
  return naming_file(path, [&] { return parse_bert_config(read_file(path, kMostBertConfig)); });
}

BertLayerImpl::BertLayerImpl(const BertConfig& config)
    : heads_(config.heads),
      query(config.width, config.width),
      key(config.width, config.width),
      value(config.width, config.width),
      attended(config.width, config.width),
      wide(config.width, config.hidden),
      narrow(config.hidden, config.width),
      attention_norm(config.width, config.norm_eps),
      output_norm(config.width, config.norm_eps) {
  const auto attention = branch_of(*this, "attention"), self = branch_of(*attention, "self");
  self->register_module("query", query);
  self->register_module("key", key);
  self->register_module("value", value);
  const auto after = branch_of(*attention, "output");
  after->register_module("dense", attended);
  after->register_module("LayerNorm", attention_norm);
  branch_of(*this, "intermediate")->register_module("dense", wide);
  const auto output = branch_of(*this, "output");
  output->register_module("dense", narrow);
  output->register_module("LayerNorm", output_norm);
}

at::Tensor BertLayerImpl::forward(const at::Tensor& x, const at::Tensor& mask) {
  const auto seen = attention_norm(attended(attention_of_heads(query(x), key(x), value(x), heads_, mask), x));
  return output_norm(narrow(at::gelu(wide(seen)), seen));
}

BertTextImpl::BertTextImpl(const BertConfig& config) : config_(config), embedding_norm(config.width, config.norm_eps) {
  const auto embeddings = branch_of(*this, "embeddings");
  word_embeddings = embedding_of(*embeddings, "word_embeddings", config.vocabulary, config.width);
  position_embeddings = embedding_of(*embeddings, "position_embeddings", config.positions, config.width);
  token_type_embeddings = embedding_of(*embeddings, "token_type_embeddings", config.types, config.width);
  embeddings->register_module("LayerNorm", embedding_norm);
  for (int64_t i = 0; i < config.layers; ++i) layers->push_back(BertLayer(config));
  branch_of(*this, "encoder")->register_module("layer", layers);
}

at::Tensor BertTextImpl::forward(const at::Tensor& ids, const at::Tensor& mask) {
  const at::NoGradGuard inference;
  const auto words = at::embedding(word_embeddings, ids).to(at::kFloat);
  const auto places = position_embeddings.narrow(0, 0, ids.size(1)).to(at::kFloat) + token_type_embeddings[0].to(at::kFloat);
  const auto hidden = mask.view({ids.size(0), 1, 1, ids.size(1)}).eq(0);
  const auto added = at::zeros(hidden.sizes(), words.options()).masked_fill(hidden, -std::numeric_limits<float>::infinity());
  auto x = embedding_norm(words + places);
  for (const auto& layer : *layers) x = layer->as<BertLayer>()->forward(x, added);
  return x;
}

BertText to_bert_text(const StateDict& weights, const BertConfig& config, nn::FillOptions options) {
  constexpr std::string_view kPrefix = "bert.";
  StateDict named;
  for (const auto& [name, tensor] : weights.tensors) {
    const auto inner = name.starts_with(kPrefix) ? name.substr(kPrefix.size()) : name;
    if (inner.starts_with("embeddings.") || inner.starts_with("encoder.")) named.tensors[inner] = tensor;
  }
  options.refuse_extra = false;  // position_ids
  BertText network(config);
  nn::fill(*network, named, options);
  return network;
}

}  // namespace inkstone
