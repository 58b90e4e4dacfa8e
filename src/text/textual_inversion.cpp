#include "text/textual_inversion.hpp"

#include <algorithm>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "weights/load.hpp"
#include "weights/named_file.hpp"

namespace inkstone {
namespace {

constexpr int64_t kMostVectors = 75;  // one chunk of a prompt

// Where this program's training writes the word, which the keys of SD XL's files do not say.
constexpr const char* kOwnToken = "inkstone.token";

// Keys that name a place in the file, not the word.
bool is_word(const std::string& key) {
  return key != "clip_l" && key != "clip_g" && key != "emb_params" && !key.starts_with("string_to_param");
}

void add_vectors(TextualInversion& into, const std::string& key, const at::Tensor& tensor) {
  if (tensor.dim() < 1 || tensor.dim() > 2 || tensor.numel() == 0 || !tensor.is_floating_point())
    throw Error(ErrorCategory::corrupt_file,
                fmt::format("tensor '{}' is no embedding: it should hold vectors of a text encoder's width", key));
  const auto rows = (tensor.dim() == 1 ? tensor.unsqueeze(0) : tensor).to(at::kFloat);
  if (rows.size(0) > kMostVectors)
    throw Error(ErrorCategory::unsupported,
                fmt::format("the embedding has {} vectors; at most {} fit into a prompt", rows.size(0), kMostVectors));
  if (!into.vectors.emplace(rows.size(1), rows).second)
    throw Error(ErrorCategory::unsupported,
                fmt::format("the file holds several embeddings of width {}; give one file to each", rows.size(1)));
  if (is_word(key)) into.names.push_back(key);
}

}  // namespace

TextualInversion to_textual_inversion(const StateDict& weights, const std::string& name) {
  TextualInversion inversion;
  if (!name.empty()) inversion.names.push_back(name);
  for (const auto& [key, tensor] : weights.tensors) add_vectors(inversion, key, tensor);
  if (const auto token = weights.metadata.find(kOwnToken); token != weights.metadata.end())
    inversion.names.push_back(token->second);
  if (inversion.vectors.empty()) throw Error(ErrorCategory::corrupt_file, "no embedding is in the file");
  const auto other = [&](const auto& entry) { return entry.second.size(0) != inversion.length(); };
  if (std::any_of(inversion.vectors.begin(), inversion.vectors.end(), other))
    throw Error(ErrorCategory::corrupt_file, "the embedding has another number of vectors for each text encoder");
  return inversion;
}

TextualInversion read_textual_inversion(const std::filesystem::path& path) {
  const auto weights = load_weights(path);
  return naming_file(path, [&] { return to_textual_inversion(weights, path.stem().string()); });
}

}  // namespace inkstone
