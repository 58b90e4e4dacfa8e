#include "studio/paint_task.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "data/procedural/procedural.hpp"
#include "families/stylegan/styles.hpp"
#include "families/words/folder.hpp"
#include "sample/walk.hpp"
#include "studio/diffusion/orders.hpp"
#include "studio/diffusion/unclip_task.hpp"
#include "studio/diffusion_task.hpp"
#include "studio/painted_style.hpp"
#include "studio/recipe.hpp"
#include "studio/style_painting.hpp"
#include "studio/stylize_task.hpp"
#include "studio/trained_painter.hpp"
#include "studio/word_extras.hpp"
#include "studio/word_painting.hpp"
#include "tensor/noise.hpp"
#include "tensor/picture.hpp"
#include "train/watch/grid.hpp"

namespace inkstone::studio {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kProcedural = "procedural/";
constexpr const char* kNoStyles = "a model that is no StyleGAN";

// Pictures as painted, with what each was painted from.
struct Painted {
  at::Tensor pictures;               // float32 [N,C,H,W] in [-1,1]
  std::vector<uint64_t> seeds;       // N
  std::vector<PictureOrder> orders;  // N, of a family that reads
  json model, files;                 // for the recipe
  std::string model_name;
  bool generated = true;
  bool stopped = false;
  int64_t columns = 0;     // above 0: they are one grid of so many,
  std::vector<Axis> axes;  // with this written beside it
};

std::vector<uint64_t> counted_up(int64_t seed, int count) {
  std::vector<uint64_t> seeds;
  for (int k = 0; k < count; ++k) seeds.push_back(uint64_t(seed) + uint64_t(k));
  return seeds;
}

PaintSpec spec_of(const PaintRequest& request, const Family& family, const PictureShape& shape,
                  const std::vector<PictureOrder>& orders) {
  PaintSpec spec;
  spec.seeds = counted_up(request.seed, request.batch);
  if (family.reads()) tell_prompts(spec, orders);
  spec.latents = latents_of(spec.seeds, family.latent_shape());
  spec.labels = class_labels(request.classes, family.classes() > 0 ? shape.classes : std::vector<std::string>(),
                             int64_t(spec.seeds.size()));
  spec.truncation = request.truncation;
  spec.guidance = request.guidance;
  if (request.precision == "q8_0")
    throw Error(ErrorCategory::bad_argument, "--type q8_0 is for Stable Diffusion's networks; this model is small, leave it out");
  spec.bf16 = request.precision == "bf16";
  spec.steps = request.steps;
  spec.sampler = request.sampler;
  return spec;
}

// The frames of a walk take turns with the seeds: everything but the noise stays that of the seed walked from.
PaintSpec walked(const PaintSpec& stops, int frames) {
  PaintSpec spec = stops;
  spec.latents = spherical_walk(stops.latents, frames);
  spec.seeds.assign(spec.latents.size(0), stops.seeds[0]);
  for (auto* prompts : {&spec.prompts, &spec.negative_prompts})
    if (!prompts->empty()) prompts->assign(spec.seeds.size(), prompts->front());
  std::vector<at::Tensor> labels;
  for (int64_t k = 0; k < spec.latents.size(0); ++k)
    labels.push_back(stops.labels[std::min<int64_t>(k / frames, stops.labels.size(0) - 1)]);
  spec.labels = at::stack(labels);
  return spec;
}

Painted with_model(Painted painted, const TrainedPainter& painter) {
  painted.model_name = fmt::format("{} ({})", painter.description.family, painter.file);
  painted.model = painter.record;
  return painted;
}

Painted paint_from_styles(const PaintRequest& request, TrainedPainter& painter, stylegan::Generator& generator,
                          LoadedModels& models, Observer& observer) {
  refuse_foreign(request, diffusion_options(), "a model that does not read words");
  auto styled = paint_styled(request, painter, generator, models, observer);
  Painted painted;
  painted.pictures = std::move(styled.pictures);
  painted.seeds = std::move(styled.seeds);
  painted.stopped = styled.stopped;
  painted.columns = styled.columns;
  painted.axes = std::move(styled.axes);
  return with_model(std::move(painted), painter);
}

Painted paint_from_model(const PaintRequest& request, const KnownFiles& known, LoadedModels& models, Observer& observer,
                         Listening* listening) {
  auto spoken = orders_of(request, known);
  const auto extras = take_word_extras(request, known, spoken);
  const auto painter = trained_painter(request.model, extras, models);
  auto& family = *painter->family;
  if (listening != nullptr && !family.reads()) refuse_listening();
  if (auto* generator = style_generator(family); generator != nullptr && listening == nullptr)
    return paint_from_styles(request, *painter, *generator, models, observer);
  refuse_foreign(request, style_options(), kNoStyles);
  const auto& shape = painter->description.shape;
  Painted painted;
  if (!extras.empty()) painted.files = record_of(extras);
  if (family.reads()) {
    refuse_foreign_to_words(request);
    painted.orders = orders_of(request, known);
  } else {
    refuse_foreign(request, diffusion_options(), "a model that does not read words");
  }
  const auto canvas = family.reads() ? word_canvas(request, shape) : std::nullopt;
  const auto doublings = canvas ? canvas->doublings : family.reads() ? doublings_for(request, shape) : 0;
  auto spec = spec_of(request, family, shape, spoken);
  if (canvas) spec.ground = canvas->ground;
  if (request.interpolate > 0) spec = walked(spec, request.interpolate);
  if (listening != nullptr) listen(spec, family, *listening);
  at::NoGradGuard no_gradient;
  painted.pictures = doubled_pictures(family.paint(spec, observer), doublings, models);
  if (canvas) painted.pictures = canvas->finished(painted.pictures);
  painted.stopped = painted.pictures.size(0) < spec.latents.size(0);
  painted.seeds = spec.seeds;
  return with_model(std::move(painted), *painter);
}

Painted paint_by_rule(const PaintRequest& request, Observer& observer) {
  Painted painted;
  painted.generated = false;
  painted.model_name = request.model.value;
  painted.model = {{"name", request.model.value}};
  std::vector<at::Tensor> pictures;
  for (const uint64_t seed : counted_up(request.seed, request.batch)) {
    ProceduralSpec spec;
    spec.kind = request.model.value.substr(std::string(kProcedural).size());
    spec.width = request.width > 0 ? request.width : 512;
    spec.height = request.height > 0 ? request.height : request.width > 0 ? request.width : 512;
    spec.seed = seed;
    spec.palette = request.palette;
    pictures.push_back(paint_procedural(spec).picture.to(at::kFloat).div(127.5).sub(1));
    painted.seeds.push_back(seed);
    observer.on_progress({"paint", int64_t(pictures.size()), request.batch, {}, -1});
    if ((painted.stopped = observer.stop_requested() && int(pictures.size()) < request.batch)) break;
  }
  painted.pictures = at::stack(pictures);
  return painted;
}

Image picture_of(const at::Tensor& rgb01, const PaintRequest& request, int64_t seed, Observer& observer) {
  at::Tensor picture = rgb01.dim() == 3 ? rgb01.unsqueeze(0) : rgb01;
  if (picture.size(1) == 1) picture = picture.expand({-1, 3, -1, -1});
  if (request.scale > 1) picture = picture.repeat_interleave(request.scale, 2).repeat_interleave(request.scale, 3);
  const Image image = to_image(picture.contiguous());
  return request.post.empty() ? image : run_chain(image, request.post, seed, observer);
}

// The prompts of a request as other tools write them before its settings; empty where there are none.
std::string told_words(const PaintRequest& request) {
  std::string words = request.prompt.empty() ? "" : request.prompt + "\n";
  return request.negative_prompt.empty() ? words : words + "Negative prompt: " + request.negative_prompt + "\n";
}

Painting finished(Image picture, const Painted& painted, const PaintRequest& request, int64_t seed) {
  auto own = request;
  own.seed = seed;
  auto recipe = make_recipe(own);
  recipe["model"] = painted.model;
  if (!painted.files.empty()) recipe["files"] = painted.files;
  if (!painted.orders.empty() && draws_prompts(own)) {  // a grid of several prompts
    recipe["resolved"] = true;
    for (const auto& order : painted.orders)
      recipe["orders"].push_back({{"prompt", order.prompt}, {"negative-prompt", order.negative_prompt}, {"seed", order.seed}});
  }
  Painting painting;
  painting.parameters =
      told_words(own) + fmt::format("Steps: {}, Sampler: {}, Seed: {}, Size: {}x{}, Model: {}, Version: inkstone {}",
                                    request.steps, request.sampler.empty() ? "default" : request.sampler, seed, picture.width,
                                    picture.height, painted.model_name, version());
  painting.picture = std::move(picture);
  painting.recipe = recipe.dump();
  painting.generated = painted.generated;
  painting.stopped = painted.stopped;
  return painting;
}

int64_t columns_of(const PaintRequest& request, int64_t count) {
  if (request.columns > 0) return request.columns;
  const auto stops = request.latents.empty() ? std::size_t(request.batch) : request.latents.size();
  if (request.interpolate > 0) return stops == 2 ? count : request.interpolate;  // a row to each way
  return int64_t(std::ceil(std::sqrt(double(count))));
}

// A request for picture k alone, so that its recipe paints it again without the others.
PaintRequest alone(const PaintRequest& request, const std::vector<PictureOrder>& orders, std::size_t k) {
  auto own = request;
  own.batch = 1;
  if (!orders.empty()) {
    own.prompt = orders[k].prompt;
    own.negative_prompt = orders[k].negative_prompt;
    own.prompt_file.clear();
  }
  if (!request.classes.empty()) own.classes = {request.classes[k % request.classes.size()]};
  if (!request.latents.empty()) own.latents = {request.latents[k]};
  return own;
}

// The grid that the pictures are always shown in, whose axes are named.
Image labelled_sheet(const Painted& painted, const PaintRequest& request, Observer& observer) {
  auto plain = request;
  plain.post.clear();
  std::vector<Image> cells;
  for (const auto& picture : painted.pictures.clamp(-1, 1).add(1).div(2).unbind())
    cells.push_back(picture_of(picture, plain, request.seed, observer));
  const auto sheet = labelled_grid(cells, painted.axes);
  return request.post.empty() ? sheet : run_chain(sheet, request.post, request.seed, observer);
}

Image grid_of(const Painted& painted, const PaintRequest& request, Observer& observer) {
  if (!painted.axes.empty()) return labelled_sheet(painted, request, observer);
  const auto columns = painted.columns > 0 ? painted.columns : columns_of(request, painted.pictures.size(0));
  return picture_of(picture_grid(painted.pictures, columns).to(at::kFloat).div(255), request, request.seed, observer);
}

// As painted, with its own post chain; what --style adds comes after.
std::vector<Painting> painted_plainly(const PaintRequest& asked, LoadedModels& models, Observer& observer,
                                      const KnownFiles& known, Listening* listening) {
  auto request = asked;
  if (request.model.empty() && !(request.prompt.empty() && request.prompt_file.empty() && request.init.empty()))
    request.model.value = shipped_painter().string();
  const bool rule = request.model.value.starts_with(kProcedural);
  if (!rule) model_file_of(request.model);
  const bool diffusion = !rule && is_stable_diffusion(request.model.value);
  if (rule || diffusion || paints_embeddings(request.model.value)) refuse_foreign(request, style_options(), kNoStyles);
  request = with_plain_directions(std::move(request));
  if (listening != nullptr && (rule || paints_embeddings(request.model.value))) refuse_listening();
  if (!rule && paints_embeddings(request.model.value)) return run_unclip(request, models, observer, known);
  if (diffusion) return run_diffusion(request, models, observer, known, listening);
  if (rule) refuse_foreign(request, diffusion_options(), "a picture by rule");
  const Painted painted = rule ? paint_by_rule(request, observer) : paint_from_model(request, known, models, observer, listening);
  std::vector<Painting> paintings;
  if (request.grid || painted.columns > 0) {
    paintings.push_back(finished(grid_of(painted, request, observer), painted, request, request.seed));
    return paintings;
  }
  const at::Tensor pictures = painted.pictures.clamp(-1, 1).add(1).div(2);
  for (int64_t k = 0; k < pictures.size(0); ++k) {
    const bool walk = request.interpolate > 0;
    const auto seed = walk ? request.seed : int64_t(painted.seeds[k]);
    paintings.push_back(finished(picture_of(pictures[k], request, seed, observer), painted,
                                 walk ? request : alone(request, painted.orders, k), seed));
  }
  return paintings;
}

}  // namespace

fs::path model_file_of(const ModelRef& model) {
  if (model.empty())
    throw Error(ErrorCategory::bad_argument, "no model; name a run's folder, a model file or procedural/KIND with --model");
  const fs::path path = model.value;
  if (!fs::exists(path))
    throw Error(ErrorCategory::not_found,
                fmt::format("there is no model {}: neither a run's folder nor a model file; {}<kind> paints by rule", model.value,
                            kProcedural));
  if (is_words_folder(path)) return words_weights_file(path);
  if (paints_embeddings(path)) return embedding_model_file(path);
  if (is_stable_diffusion(path)) return stable_diffusion_file(path);
  if (fs::is_directory(path) && fs::exists(path / "model.safetensors")) return path / "model.safetensors";
  return fs::is_directory(path) ? newest_checkpoint(path) : path;
}

std::vector<Painting> run_paint(const PaintRequest& asked, LoadedModels& models, Observer& observer, const KnownFiles& known,
                                Listening* listening) {
  if (!asks_for_style(asked)) return painted_plainly(asked, models, observer, known, listening);
  check_style(asked, models);
  auto plain = asked;
  plain.post.clear();
  return in_style(painted_plainly(plain, models, observer, known, listening), asked, models, observer);
}

}  // namespace inkstone::studio
