#include "families/words/adapters.hpp"

#include <algorithm>
#include <map>

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "data/words/vocabulary.hpp"
#include "inkstone/error.hpp"
#include "models/stable_diffusion/adapters/adapter_names.hpp"
#include "text/word_tokens.hpp"

namespace inkstone {
namespace {

using nlohmann::json;

constexpr const char* kTable = "painter.text_encoder.token_embedding.weight";
constexpr const char* kOptions = "inkstone.options";
constexpr std::size_t kEnoughTokens = 64;

struct WordsTarget {
  std::string layer;  // in the model file, without .weight
  bool text = false;
};

std::map<std::string, WordsTarget> words_targets(const StateDict& model) {
  constexpr std::string_view kTransformer = "painter.transformer.", kText = "painter.text_encoder.", kWeight = ".weight";
  std::map<std::string, WordsTarget> targets;
  for (const auto& [name, tensor] : model.tensors) {
    const bool text = name.starts_with(kText);
    if (!name.ends_with(kWeight) || !(text || name.starts_with(kTransformer))) continue;
    const auto layer = name.substr(0, name.size() - kWeight.size());
    auto key = layer.substr(text ? kText.size() : kTransformer.size());
    std::replace(key.begin(), key.end(), '.', '_');
    targets[(text ? "text0_" : "unet_") + key] = {layer, text};
  }
  return targets;
}

json options_of(const StateDict& model) {
  const auto found = model.metadata.find(kOptions);
  auto options = found == model.metadata.end() ? json() : json::parse(found->second, nullptr, false);
  if (!options.is_object()) throw Error(ErrorCategory::corrupt_file, "the model does not say how it was made");
  return options;
}

std::vector<std::string> vocabulary_of(const StateDict& model) {
  const auto words = options_of(model).value("vocabulary", std::vector<std::string>());
  return words.empty() ? words::caption_tokens() : words;
}

// Ids of the token alone, without the start mark and padding.
std::vector<int64_t> ids_of_token(const WordTokens& tokens, const std::string& token) {
  auto ids = tokens.encode(token, kEnoughTokens);
  std::erase_if(ids, [](int64_t id) { return id < WordTokens::kFirstByte; });
  return ids;
}

[[noreturn]] void no_word(const std::string& token) {
  throw Error(ErrorCategory::bad_argument,
              fmt::format("'{}' is not one word; choose a token of letters and digits, such as <mine>", token));
}

}  // namespace

StateDict with_adapter(const StateDict& model, const sd::Adapter& adapter, double painter_strength, double text_strength) {
  const at::NoGradGuard constant;
  const auto targets = words_targets(model);
  StateDict merged = model;
  for (const auto& [name, layer] : adapter.layers) {
    const auto target = targets.find(sd::adapter_key(name));
    if (target == targets.end())
      throw Error(ErrorCategory::bad_argument,
                  fmt::format("{} changes a layer '{}', which this painter of words lacks; it is made for another base model",
                              adapter.origin, name));
    auto& weight = merged.tensors.at(target->second.layer + ".weight");
    try {
      weight = sd::adapted(weight, layer, target->second.text ? text_strength : painter_strength).to(weight.scalar_type());
    } catch (const Error& error) {
      throw Error(error.category(), fmt::format("{}: '{}': {}", adapter.origin, name, error.what()));
    }
  }
  return merged;
}

std::string word_of(const std::string& token) {
  auto word = token;
  if (word.size() > 2 && word.front() == '<' && word.back() == '>') word = word.substr(1, word.size() - 2);
  try {
    if (ids_of_token(WordTokens({word}), token) == std::vector<int64_t>{WordTokens::kFirstWord}) return word;
  } catch (const Error&) {  // empty
  }
  no_word(token);
}

bool knows_token(const StateDict& model, const std::string& token) {
  const auto ids = ids_of_token(WordTokens(vocabulary_of(model)), token);
  return !ids.empty() && std::all_of(ids.begin(), ids.end(), [](int64_t id) { return id >= WordTokens::kFirstWord; });
}

at::Tensor vector_of(const StateDict& model, const std::string& word) {
  const auto ids = ids_of_token(WordTokens(vocabulary_of(model)), word);
  const auto table = model.tensors.at(kTable).to(at::kFloat);
  const bool known = ids.size() == 1 && ids[0] >= WordTokens::kFirstWord;
  return known ? table[ids[0]].unsqueeze(0).clone()
               : table.narrow(0, WordTokens::kFirstWord, table.size(0) - WordTokens::kFirstWord).mean(0, true);
}

StateDict with_word(const StateDict& model, const std::string& token, const at::Tensor& vector) {
  const auto word = word_of(token);
  if (knows_token(model, word))
    throw Error(ErrorCategory::bad_argument,
                fmt::format("'{}' is a word that the model knows already; choose another token, such as <my{}>", word, word));
  auto changed = model;
  auto& table = changed.tensors.at(kTable);
  if (vector.dim() != 2 || vector.size(0) != 1 || vector.size(1) != table.size(1))
    throw Error(
        ErrorCategory::bad_argument,
        fmt::format("the embedding '{}' is made for another model: this one takes one vector of width {}", token, table.size(1)));
  table = at::cat({table, vector.detach().to(table.scalar_type())});
  auto options = options_of(model);
  auto words = vocabulary_of(model);
  words.push_back(word);
  options["vocabulary"] = words;
  changed.metadata[kOptions] = options.dump();
  return changed;
}

StateDict with_inversion(const StateDict& model, const TextualInversion& inversion) {
  const auto width = model.tensors.at(kTable).size(1);
  const auto found = inversion.vectors.find(width);
  const auto name =
      inversion.names.empty() ? std::string() : inversion.names.back();  // the key in the file, where that is a word
  if (found == inversion.vectors.end())
    throw Error(ErrorCategory::bad_argument,
                fmt::format("the embedding '{}' is made for another model: it has no vectors of width {}", name, width));
  return with_word(model, name, found->second);
}

}  // namespace inkstone
