#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <string_view>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "families/registry.hpp"
#include "families/stylegan/import.hpp"
#include "families/words/folder.hpp"
#include "inkstone/error.hpp"
#include "inkstone/models.hpp"
#include "models/stable_diffusion/export.hpp"
#include "models/stylegan/official.hpp"
#include "studio/memorisation_check.hpp"
#include "studio/training_pictures.hpp"
#include "studio/translate.hpp"
#include "train/model_file.hpp"
#include "weights/load.hpp"
#include "weights/safetensors.hpp"

namespace inkstone {
namespace fs = std::filesystem;
namespace {

std::optional<at::ScalarType> float_type(const std::string& name) {
  if (name.empty()) return {};
  if (name == "f32") return at::kFloat;
  if (name == "f16") return at::kHalf;
  if (name == "bf16") return at::kBFloat16;
  throw Error(ErrorCategory::bad_argument, fmt::format("'{}' is no type of weights; known are f32, f16 and bf16", name));
}

// What holds weights and is not written here.
bool is_other_file(const fs::path& target) {
  constexpr std::array<std::string_view, 9> kOthers = {".ckpt", ".pt", ".pth", ".bin", ".gguf", ".onnx", ".h5", ".json", ".npz"};
  return std::find(kOthers.begin(), kOthers.end(), target.extension().string()) != kOthers.end();
}

bool is_diffusers_source(const fs::path& source) {
  std::error_code unreadable;
  return source.filename() == "model_index.json" || fs::exists(source / "model_index.json", unreadable);
}

StateDict with_float_type(StateDict weights, std::optional<at::ScalarType> type) {
  if (type)
    for (auto& [name, tensor] : weights.tensors)
      if (tensor.is_floating_point()) tensor = tensor.to(*type);
  return weights;
}

// A run of the family `words`, or a model file of it.
bool is_words_run(const fs::path& source) {
  std::error_code unreadable;
  if (fs::is_directory(source, unreadable) ? !fs::exists(source / "config.toml", unreadable)
                                           : source.extension() != ".safetensors")
    return false;
  const auto model = read_model(source);
  const auto family = model.metadata.find("inkstone.family");
  return family != model.metadata.end() && family->second == "words";
}

// Networks that NVIDIA's training wrote become a model that paints; all else stays as it is.
StateDict in_own_form(const fs::path& source) {
  const auto weights = load_weights(source);
  return stylegan::is_official(weights) ? imported_stylegan(weights) : weights;
}

void convert(const fs::path& source, const fs::path& target, std::optional<at::ScalarType> type) {
  if (target.extension() != ".safetensors" && is_words_run(source))
    return write_words_folder(read_model(source), target, type.value_or(at::kHalf));
  if (target.extension() != ".safetensors") return sd::write_diffusers_folder(sd::load_checkpoint(source), target, type);
  if (is_diffusers_source(source)) return sd::write_single_file(sd::load_checkpoint(source), target, type);
  write_safetensors(target, with_float_type(in_own_form(source), type));
}

}  // namespace

void convert_model(const std::string& source, const fs::path& target, const std::string& dtype) {
  if (is_other_file(target))
    throw Error(
        ErrorCategory::bad_argument,
        fmt::format("{} must end in .safetensors, or be a new folder: these are the formats that are written", target.string()));
  const auto type = float_type(dtype);
  studio::translated([&] { convert(fs::exists(source) ? fs::path(source) : model_path(source), target, type); });
}

bool is_trained_here(const std::string& source) {
  const fs::path path = source;
  std::error_code unreadable;
  if (fs::is_directory(path, unreadable)) return fs::exists(path / "config.toml", unreadable);
  if (path.extension() != ".safetensors" || !fs::exists(path, unreadable)) return false;
  return studio::translated([&] { return load_weights(path).metadata.contains("inkstone.family"); });
}

MemorisationFinding check_memorisation(const std::string& source, const fs::path& folder, std::int64_t samples,
                                       Observer& observer) {
  return studio::translated([&] {
    MemorisationFinding finding;
    const auto pictures = studio::training_pictures(source, "", observer);
    if (!pictures.training) {
      finding.line = fmt::format("memorisation was not checked: {}", pictures.missing);
      return finding;
    }
    const auto family = load_family(read_model(source));
    for (auto& network : family->networks()) network.module->eval();
    if (!studio::can_memorise(*family)) {
      finding.line = "memorisation was not checked: the model paints no pictures of its own";
      return finding;
    }
    std::error_code failed;
    fs::create_directories(folder, failed);  // what cannot be written to is told by the report
    const auto verdict = studio::check_memorisation(*family, pictures, folder, {.samples = samples}, observer);
    return MemorisationFinding{verdict.samples, verdict.copied, verdict.line, folder};
  });
}

}  // namespace inkstone
