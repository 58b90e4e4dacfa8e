#include "studio/style_painting.hpp"

#include <algorithm>
#include <optional>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "families/stylegan/styles.hpp"
#include "inkstone/error.hpp"
#include "studio/style_directions.hpp"
#include "studio/style_latents.hpp"
#include "studio/style_words.hpp"
#include "tensor/noise.hpp"

namespace inkstone::studio {
namespace {

namespace fs = std::filesystem;

constexpr int kMostStrength = 3;                 // of a sheet, to either side
constexpr const char* kValuesAlone = "replace";  // an axis whose labels are its values

bool mixes(const PaintRequest& request) {
  return !request.mix_rows.empty() || !request.mix_columns.empty();
}

void exclude(bool one, bool other, const char* names) {
  if (one && other) throw Error(ErrorCategory::bad_argument, fmt::format("{} exclude each other; give one", names));
}

void need(bool one, bool other, const char* what) {
  if (one && !other) throw Error(ErrorCategory::bad_argument, what);
}

void check_together(const PaintRequest& request) {
  const bool mixing = mixes(request), sheet = request.direction_sheet > 0, latents = !request.latents.empty();
  need(mixing, !request.mix_rows.empty() && !request.mix_columns.empty(),
       "--mix-rows and --mix-columns go together: seeds for both sides of a grid");
  need(!request.mix_layers.empty(), mixing, "--mix-layers says what --mix-columns give to --mix-rows; name seeds with both");
  need(!request.direction_layers.empty(), sheet || !request.directions.empty(),
       "--direction-layers says where a --direction moves the style; name one");
  exclude(mixing, sheet, "--mix-rows and --direction-sheet");
  exclude(mixing, latents, "--mix-rows and --latent");
  exclude(mixing || sheet, request.interpolate > 0,
          mixing ? "--mix-rows and --interpolate" : "--direction-sheet and --interpolate");
  exclude(mixing || sheet || latents, request.batch > 1,
          mixing  ? "--mix-rows and --batch"
          : sheet ? "--direction-sheet and --batch"
                  : "--latent and --batch");
  exclude(latents, !request.classes.empty(), "--latent and --class");
  if (sheet && request.latents.size() > 1)
    throw Error(ErrorCategory::bad_argument, "--direction-sheet shows one picture; give one --latent");
}

class StylePainter {
 public:
  StylePainter(const PaintRequest& request, TrainedPainter& painter, stylegan::Generator& generator, LoadedModels& models,
               Observer& observer)
      : request_(request), painter_(painter), generator_(generator), models_(models), observer_(observer) {}

  StyledPictures paint() {
    check_together(request_);
    if (mixes(request_)) return mixing_grid();
    if (request_.direction_sheet > 0) return direction_sheet();
    auto ws = turned(stops(), dials_in(request_.directions, {}));
    if (request_.interpolate > 0) ws = style_walk(ws, request_.interpolate);
    return painted(ws);
  }

 private:
  int64_t layers() const { return generator_.config().styles(); }

  at::Tensor styles_of_seeds(const std::vector<uint64_t>& seeds) {
    PaintSpec spec;
    spec.seeds = seeds;
    spec.latents = latents_of(seeds, painter_.family->latent_shape());
    spec.labels = class_labels(request_.classes,
                               painter_.family->classes() > 0 ? painter_.description.shape.classes : std::vector<std::string>(),
                               int64_t(seeds.size()));
    spec.truncation = request_.truncation;
    return styles_of(generator_, spec);
  }

  at::Tensor style_of_file(const PictureRef& file) {
    const auto name = fs::path(file.value).filename().string();
    const auto kept = read_style(file.value);
    const auto ws = fitted(kept, generator_.config(), name).to(generator_.mapping->w_avg.device());
    if (!kept.network.empty() && kept.network != painter_.record.value("sha256", ""))
      observer_.on_message(
          fmt::format("the style of {} was found in another network; this one may paint something else with it", name));
    return request_.truncation == 1 ? ws : generator_.mapping->w_avg.lerp(ws, request_.truncation);
  }

  // What is painted, or walked between.
  at::Tensor stops() {
    const at::NoGradGuard frozen;
    if (request_.latents.empty()) {
      std::vector<uint64_t> seeds;
      for (int k = 0; k < request_.batch; ++k) seeds.push_back(uint64_t(request_.seed) + uint64_t(k));
      return styles_of_seeds(seeds);
    }
    std::vector<at::Tensor> ws;
    for (const auto& file : request_.latents) ws.push_back(style_of_file(file));
    return at::cat(ws);
  }

  Compass& compass() {
    if (!compass_) compass_.emplace(generator_, spread_of(painter_, request_.model, models_, observer_));
    return *compass_;
  }

  at::Tensor turned(const at::Tensor& ws, const std::vector<Dial>& dials) {
    return dials.empty() ? ws : compass().turned(ws, dials, request_.direction_layers);
  }

  StyledPictures painted(const at::Tensor& ws) {
    StyledPictures result;
    result.pictures = paint_styles(generator_, ws, observer_);
    const bool counts = request_.interpolate == 0 && request_.latents.empty();
    for (int64_t k = 0; k < result.pictures.size(0); ++k)
      result.seeds.push_back(uint64_t(request_.seed) + uint64_t(counts ? k : 0));
    result.stopped = result.pictures.size(0) < ws.size(0);
    return result;
  }

  // The sources in the first row and column; every other cell is its row's picture with its column's style in the chosen layers.
  StyledPictures mixing_grid() {
    const at::NoGradGuard frozen;
    const auto chosen = request_.mix_layers.empty() ? stylegan::Layers{0, layers() / 2 - 1}
                                                    : layers_in(request_.mix_layers, layers(), "mix-layers");
    const auto dials = dials_in(request_.directions, {});
    const auto rows = turned(styles_of_seeds(seeds_in(request_.mix_rows, "mix-rows")), dials);
    const auto columns = turned(styles_of_seeds(seeds_in(request_.mix_columns, "mix-columns")), dials);
    std::vector<at::Tensor> cells = {columns};
    for (const auto& row : rows.split(1)) {
      cells.push_back(row);
      cells.push_back(stylegan::mixed(row.expand_as(columns), columns, chosen));
    }
    auto result = painted(at::cat(cells));
    result.pictures = at::cat({at::zeros_like(result.pictures.narrow(0, 0, 1)), result.pictures});
    result.columns = columns.size(0) + 1;
    return result;
  }

  StyledPictures direction_sheet() {
    const at::NoGradGuard frozen;
    const auto start = turned(stops(), dials_in(request_.directions, {}));
    Axis strengths{kValuesAlone, {}}, names{kValuesAlone, {}};
    std::vector<at::Tensor> cells;
    for (int s = -kMostStrength; s <= kMostStrength; ++s) strengths.values.push_back(std::to_string(s));
    for (const char* kind : {"pca", "sefa"})
      for (int64_t k = 0; k < std::min<int64_t>(request_.direction_sheet, generator_.config().style); ++k) {
        names.values.push_back(fmt::format("{}{}", kind, k));
        for (int s = -kMostStrength; s <= kMostStrength; ++s)
          cells.push_back(turned(start, std::vector<Dial>{Dial{kind, k, double(s), ""}}));
      }
    auto result = painted(at::cat(cells));
    result.columns = int64_t(strengths.values.size());
    result.axes = {strengths, names};
    return result;
  }

  const PaintRequest& request_;
  TrainedPainter& painter_;
  stylegan::Generator& generator_;
  LoadedModels& models_;
  Observer& observer_;
  std::optional<Compass> compass_;
};

}  // namespace

const std::vector<std::string>& style_options() {
  static const std::vector<std::string> options = {"latent",   "direction",   "direction-layers", "direction-sheet",
                                                   "mix-rows", "mix-columns", "mix-layers"};
  return options;
}

PaintRequest with_plain_directions(PaintRequest request) {
  if (request.directions.empty()) return request;
  const auto dials = dials_in(request.directions, read_dial_names(directions_file(request.model.value, ".toml")));
  request.directions.clear();
  for (const auto& dial : dials) request.directions.push_back(text_of(dial));
  return request;
}

StyledPictures paint_styled(const PaintRequest& request, TrainedPainter& painter, stylegan::Generator& generator,
                            LoadedModels& models, Observer& observer) {
  return StylePainter(request, painter, generator, models, observer).paint();
}

}  // namespace inkstone::studio
