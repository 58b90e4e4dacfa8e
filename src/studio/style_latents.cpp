#include "studio/style_latents.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "image/metadata.hpp"
#include "inkstone/error.hpp"
#include "weights/safetensors.hpp"

namespace inkstone::studio {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kNetworkKey = "inkstone.network";
constexpr int64_t kMostLayers = 64, kMostNumbers = 4096;

[[noreturn]] void damaged(const std::string& what) {
  throw Error(ErrorCategory::corrupt_file, fmt::format("the style in {} is damaged", what));
}

// Any of [style], [1,style], [layers,style], [1,layers,style] as the last.
at::Tensor in_three_dimensions(const at::Tensor& w, const std::string& what) {
  if (!w.defined() || w.dim() < 1 || w.dim() > 3 || !w.is_floating_point()) damaged(what);
  const auto full = w.to(at::kFloat).reshape({w.dim() == 3 ? w.size(0) : 1, w.dim() == 1 ? 1 : w.size(-2), w.size(-1)});
  if (full.size(0) != 1 || full.size(1) < 1 || full.size(1) > kMostLayers || full.size(2) < 1 || full.size(2) > kMostNumbers ||
      !at::isfinite(full).all().item<bool>())
    damaged(what);
  return full.contiguous();
}

KeptStyle style_in_record(const json& record, const std::string& what) try {
  const auto layers = record.at("layers").get<int64_t>(), styles = record.at("styles").get<int64_t>();
  const auto values = record.at("values").get<std::vector<float>>();
  if (layers < 1 || values.empty() || values.size() % std::size_t(layers) != 0) damaged(what);
  if (styles > kMostLayers || (layers != 1 && layers != styles)) damaged(what);
  return {in_three_dimensions(at::tensor(values).view({1, layers, -1}), what), styles, record.value("network", "")};
} catch (const json::exception&) {
  damaged(what);
}

KeptStyle style_in_tensors(const fs::path& file) {
  const auto state = read_safetensors(file);
  if (!state.contains("w"))
    throw Error(ErrorCategory::bad_argument,
                fmt::format("{} holds no style: it has no tensor 'w'; `inkstone dream project` writes such files",
                            file.filename().string()));
  const auto network = state.metadata.find(kNetworkKey);
  const auto w = in_three_dimensions(state.at("w"), file.filename().string());
  return {w, w.size(1), network == state.metadata.end() ? "" : network->second};
}

}  // namespace

json record_of(const KeptStyle& style) {
  const auto flat = style.w.contiguous().flatten();
  const auto* values = flat.data_ptr<float>();
  return {{"layers", style.w.size(1)},
          {"styles", style.styles},
          {"values", std::vector<float>(values, values + flat.numel())},
          {"network", style.network}};
}

StateDict style_file(const json& recipe) {
  if (!recipe.contains(kKeptStyle))
    throw Error(ErrorCategory::unsupported, "the picture was not projected, so there is no style of it to write");
  const auto style = style_in_record(recipe.at(kKeptStyle), "the recipe");
  StateDict file;
  file.tensors["w"] = style.w.expand({1, style.styles, -1}).contiguous();
  file.metadata[kNetworkKey] = style.network;
  return file;
}

KeptStyle read_style(const fs::path& file) {
  if (file.extension() == ".safetensors") return style_in_tensors(file);
  const auto recipe = read_metadata(file).recipe;
  if (!recipe.is_object() || !recipe.contains(kKeptStyle))
    throw Error(ErrorCategory::bad_argument,
                fmt::format("{} carries no style; find one for it first: inkstone dream project {} -m NET",
                            file.filename().string(), file.filename().string()));
  return style_in_record(recipe.at(kKeptStyle), file.filename().string());
}

at::Tensor fitted(const KeptStyle& style, const stylegan::Config& network, const std::string& name) {
  const int64_t layers = style.w.size(1), numbers = style.w.size(2);
  if (numbers != network.style || (layers != 1 && layers != network.styles()))
    throw Error(ErrorCategory::bad_argument,
                fmt::format("the style of {} is of another network: {} layers of {} numbers, where this one has {} of {}", name,
                            layers == 1 ? "any" : std::to_string(layers), numbers, network.styles(), network.style));
  return style.w.expand({1, network.styles(), -1}).contiguous();
}

}  // namespace inkstone::studio
