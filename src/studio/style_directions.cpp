#include "studio/style_directions.hpp"

#include <algorithm>
#include <optional>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "families/stylegan/styles.hpp"
#include "inkstone/error.hpp"
#include "inkstone/models.hpp"
#include "studio/paint_task.hpp"
#include "studio/translate.hpp"
#include "tensor/compute.hpp"
#include "weights/safetensors.hpp"

namespace inkstone {
namespace studio {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kSpreadSamples = 50'000;
constexpr uint64_t kSpreadSeed = 123;  // fixed: a direction is the same wherever it is computed
constexpr int64_t kListed = 16;        // of either kind, in the table that the command prints
constexpr const char* kOfNetwork = "inkstone.network";

std::optional<stylegan::StyleSpread> kept_spread(const fs::path& file, const TrainedPainter& painter, int64_t style,
                                                 Observer& observer) {
  if (!fs::exists(file)) return std::nullopt;
  const auto state = read_safetensors(file);
  const auto network = state.metadata.find(kOfNetwork);
  if (network == state.metadata.end() || network->second != painter.record.at("sha256").get<std::string>()) {
    observer.on_message(
        fmt::format("{} is of another network, so directions are computed anew; `inkstone models directions` renews it",
                    file.filename().string()));
    return std::nullopt;
  }
  return stylegan::StyleSpread{state.at("mean", {style}).to(at::kDouble), state.at("covariance", {style, style}).to(at::kDouble)};
}

stylegan::StyleSpread computed_spread(stylegan::Generator& generator) {
  return stylegan::style_spread(generator, kSpreadSamples, kSpreadSeed);
}

StateDict as_file(const stylegan::Generator& generator, const stylegan::StyleSpread& spread, const std::string& network) {
  const auto pca = stylegan::principal_directions(spread.covariance);
  const auto sefa = stylegan::factorised_directions(stylegan::style_weights(generator, {0, generator.config().styles() - 1}),
                                                    spread.covariance);
  StateDict file;
  file.tensors = {{"mean", spread.mean}, {"covariance", spread.covariance},  {"pca", pca.axes}, {"pca.deviation", pca.deviations},
                  {"sefa", sefa.axes},   {"sefa.deviation", sefa.deviations}};
  for (auto& [name, tensor] : file.tensors) tensor = tensor.contiguous();
  file.metadata[kOfNetwork] = network;
  return file;
}

void list(std::vector<StyleDirection>& into, const StateDict& file, const char* kind) {
  const auto deviations = file.at(fmt::format("{}.deviation", kind)).to(at::kDouble);
  const double all = file.at("covariance").diagonal().sum().item<double>();
  for (int64_t k = 0; k < std::min(kListed, deviations.size(0)); ++k) {
    const double deviation = deviations[k].item<double>();
    into.push_back({fmt::format("{}{}", kind, k), deviation, all > 0 ? deviation * deviation / all : 0});
  }
}

}  // namespace

fs::path directions_file(const fs::path& model, const char* ending) {
  const auto base = fs::is_directory(model) ? model / "model" : fs::path(model).replace_extension();
  return fs::path(base.string() + ".directions" + ending);
}

stylegan::Generator& generator_of_styles(TrainedPainter& painter, const ModelRef& model) {
  if (auto* generator = style_generator(*painter.family)) return *generator;
  throw Error(ErrorCategory::unsupported,
              fmt::format("{} is a model of the family {}, which has no styles; name a StyleGAN with --model",
                          fs::path(model.value).filename().string(), painter.description.family));
}

std::shared_ptr<const stylegan::StyleSpread> spread_of(TrainedPainter& painter, const ModelRef& model, LoadedModels& models,
                                                       Observer& observer) {
  auto& generator = generator_of_styles(painter, model);
  const auto file = directions_file(model.value);
  std::vector<fs::path> sources = {model_file_of(model)};
  if (fs::exists(file)) sources.push_back(file);
  return models.get<stylegan::StyleSpread>(model_key(sources, "styles"), [&] {
    auto spread = kept_spread(file, painter, generator.config().style, observer);
    auto kept = std::make_shared<stylegan::StyleSpread>(spread ? std::move(*spread) : computed_spread(generator));
    return Loaded<stylegan::StyleSpread>{kept, std::uint64_t(kept->covariance.nbytes())};
  });
}

const stylegan::Directions& Compass::directions(const std::string& kind, stylegan::Layers layers) {
  const auto key = kind == "pca" ? kind : fmt::format("{}:{}-{}", kind, layers.first, layers.last);
  if (const auto found = known_.find(key); found != known_.end()) return found->second;
  return known_[key] = kind == "pca"
                           ? stylegan::principal_directions(spread_->covariance)
                           : stylegan::factorised_directions(stylegan::style_weights(generator_, layers), spread_->covariance);
}

at::Tensor Compass::turned(const at::Tensor& ws, const std::vector<Dial>& dials, const std::string& usual) {
  const auto& config = generator_.config();
  auto result = ws;
  for (const auto& dial : dials) {
    const auto& own = dial.layers.empty() ? usual : dial.layers;
    const auto layers = own.empty() ? stylegan::Layers{0, config.styles() - 1}
                                    : layers_in(own, config.styles(), dial.layers.empty() ? "direction-layers" : "direction");
    if (dial.number >= config.style)
      throw Error(ErrorCategory::bad_argument,
                  fmt::format("there is no direction {}{}; the network's styles have {}, {}0 to {}{}", dial.kind, dial.number,
                              config.style, dial.kind, dial.kind, config.style - 1));
    const auto& found = directions(dial.kind, layers);
    result = stylegan::moved(result, found.axes[dial.number] * (found.deviations[dial.number] * dial.strength), layers);
  }
  return result;
}

}  // namespace studio

std::vector<StyleDirection> write_directions(const std::string& model, const std::filesystem::path& target) {
  return studio::translated([&] {
    start_compute(0);
    studio::LoadedModels models(0);
    const ModelRef named{model};
    const auto painter = studio::trained_painter(named, {}, models);
    auto& generator = studio::generator_of_styles(*painter, named);
    const auto file =
        studio::as_file(generator, studio::computed_spread(generator), painter->record.at("sha256").get<std::string>());
    write_safetensors(target.empty() ? directions_path(model) : target, file);
    std::vector<StyleDirection> directions;
    for (const char* kind : {"pca", "sefa"}) studio::list(directions, file, kind);
    return directions;
  });
}

std::filesystem::path directions_path(const std::string& model) {
  return studio::directions_file(model);
}

}  // namespace inkstone
