#include "families/words/folder.hpp"

#include <string>
#include <string_view>

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "core/files.hpp"
#include "core/options.hpp"
#include "data/words/vocabulary.hpp"
#include "families/words/words.hpp"
#include "inkstone/error.hpp"
#include "train/model_file.hpp"
#include "weights/safetensors.hpp"

namespace inkstone {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kPipeline = "InkstoneWordsPipeline";
constexpr std::uint64_t kLongestText = 1 << 20;

struct FolderPart {
  const char* folder;
  const char* file;
  std::string_view prefix;  // of its tensors in a model file
};
constexpr FolderPart kTransformer = {"transformer", "diffusion_pytorch_model.safetensors", "painter.transformer."};
constexpr FolderPart kFirstStage = {"vae", "diffusion_pytorch_model.safetensors", "first_stage."};
constexpr FolderPart kTextEncoder = {"text_encoder", "model.safetensors", "painter.text_encoder."};

fs::path root_of(const fs::path& path) {
  return path.filename() == "model_index.json" ? path.parent_path() : path;
}

json read_config(const fs::path& path) {
  auto config = json::parse(read_file(path, kLongestText), nullptr, false);
  if (!config.is_object()) throw Error(ErrorCategory::corrupt_file, fmt::format("{} is no JSON object", path.string()));
  return config;
}

void write_text(const fs::path& path, const std::string& text) {
  write_file_atomic(path, as_bytes(text));
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

void take_part(StateDict& into, const fs::path& root, const FolderPart& part) {
  const auto weights = read_safetensors(root / part.folder / part.file);
  for (const auto& [name, tensor] : weights.tensors) into.tensors[std::string(part.prefix) + name] = tensor;
}

void write_part(const StateDict& model, const fs::path& root, const FolderPart& part, at::ScalarType type) {
  StateDict weights;
  for (const auto& [name, tensor] : model.tensors)
    if (name.starts_with(part.prefix))
      weights.tensors[name.substr(part.prefix.size())] = tensor.is_floating_point() ? tensor.to(type) : tensor;
  weights.metadata["format"] = "pt";
  write_safetensors(root / part.folder / part.file, weights);
}

json class_of(const char* name) {
  return {"inkstone", name};
}

void write_configs(const ModelDescription& model, json options, const fs::path& root) {
  const auto vocabulary = options.contains("vocabulary") && !options["vocabulary"].empty()
                              ? options["vocabulary"].get<std::vector<std::string>>()
                              : words::caption_tokens();
  options.erase("vocabulary");
  const auto& shape = model.shape;
  const auto write = [&](const char* name, const json& config) { write_text(root / name, config.dump(2) + "\n"); };
  write(
      "transformer/config.json",
      {{"_class_name", "PainterTransformer"},
       {"options", options},
       {"shape", {{"channels", shape.channels}, {"height", shape.height}, {"width", shape.width}, {"classes", json::array()}}}});
  write("text_encoder/config.json", {{"_class_name", "TextEncoder"},
                                     {"layers", options.value("text-depth", 0)},
                                     {"features", options.value("text-features", 0)}});
  write("tokenizer/tokenizer_config.json",
        {{"_class_name", "WordTokens"}, {"model_max_length", options.value("text-length", 0)}});
  write("scheduler/scheduler_config.json", {{"_class_name", "FlowMatchEulerDiscreteScheduler"},
                                            {"num_train_timesteps", 1000},
                                            {"shift", 1.0},
                                            {"prediction_type", "sample"}});
  write("model_index.json", {{"_class_name", kPipeline},
                             {"scheduler", class_of("FlowMatchEulerDiscreteScheduler")},
                             {"text_encoder", class_of("TextEncoder")},
                             {"tokenizer", class_of("WordTokens")},
                             {"transformer", class_of("PainterTransformer")}});
  write_text(root / "tokenizer/vocab.txt", fmt::format("{}\n", fmt::join(vocabulary, "\n")));
}

}  // namespace

bool is_words_folder(const fs::path& path) {
  const auto index = root_of(path) / "model_index.json";
  std::error_code unreadable;
  if (!fs::is_regular_file(index, unreadable)) return false;
  const auto json = json::parse(read_file(index, kLongestText), nullptr, false);
  return json.is_object() && json.contains("_class_name") && json["_class_name"] == kPipeline;
}

StateDict read_words_folder(const fs::path& path) {
  const auto root = root_of(path);
  const auto config = read_config(root / "transformer/config.json");
  if (!config.contains("options") || !config["options"].is_object() || !config.contains("shape"))
    throw Error(ErrorCategory::corrupt_file,
                fmt::format("{} does not say how the network is built", (root / "transformer/config.json").string()));
  auto options = config["options"];
  options["vocabulary"] = lines_of(read_file(root / "tokenizer/vocab.txt", kLongestText));
  StateDict model;
  model.metadata = {
      {"inkstone.family", "words"}, {"inkstone.options", options.dump()}, {"inkstone.shape", config["shape"].dump()}};
  take_part(model, root, kTransformer);
  take_part(model, root, kTextEncoder);
  if (!options.value("first-stage", std::string()).empty()) take_part(model, root, kFirstStage);
  return model;
}

void write_words_folder(const StateDict& model, const fs::path& folder, at::ScalarType type) {
  const auto description = description_of(model);
  if (description.family != "words")
    throw Error(ErrorCategory::bad_argument,
                fmt::format("only models of the family words are written as folders, and this is one of {}", description.family));
  const auto options = json::parse(description.options, nullptr, false);
  if (options.is_object() && !options.value("unet-channels", json::array()).empty())
    throw Error(ErrorCategory::unsupported,
                "only painters of words with a transformer are written as folders, and this one has a U-Net");
  const auto first_stage = options.is_object() ? options.value("first-stage", std::string()) : std::string();
  for (const char* part : {"transformer", "text_encoder", "tokenizer", "scheduler", "vae"}) {
    if (std::string_view(part) == kFirstStage.folder && first_stage.empty()) continue;
    std::error_code failed;
    fs::create_directories(folder / part, failed);
    if (failed)
      throw Error(ErrorCategory::io, fmt::format("cannot make the folder {}: {}", (folder / part).string(), failed.message()));
  }
  write_configs(description, options, folder);
  write_part(model, folder, kTransformer, type);
  write_part(model, folder, kTextEncoder, type);
  if (first_stage.empty()) return;
  write_part(model, folder, kFirstStage, type);
  write_text(folder / "vae/config.json", json::parse(first_stage, nullptr, false).dump(2) + "\n");
}

fs::path words_weights_file(const fs::path& path) {
  return root_of(path) / kTransformer.folder / kTransformer.file;
}

}  // namespace inkstone
