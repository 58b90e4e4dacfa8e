#include "studio/diffusion_task.hpp"

#include <algorithm>
#include <cmath>

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/options.hpp"
#include "core/text.hpp"
#include "families/words/folder.hpp"
#include "models/stable_diffusion/diffusers_folder.hpp"
#include "sample/walk.hpp"
#include "studio/diffusion/axis_grid.hpp"
#include "studio/diffusion/briefs.hpp"
#include "studio/diffusion/guides.hpp"
#include "studio/diffusion/parameters.hpp"
#include "studio/diffusion/unclip_task.hpp"
#include "studio/model_record.hpp"
#include "studio/recipe.hpp"
#include "studio/stylize_task.hpp"
#include "tensor/noise.hpp"
#include "tensor/picture.hpp"
#include "text/prompt_schedule.hpp"
#include "train/watch/grid.hpp"
#include "weights/load.hpp"

namespace inkstone::studio {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kUNetFolder = "unet";

// The pictures of a request as painted, each with its line of settings, and what they have in common.
struct PaintedOrders {
  std::vector<Image> pictures;
  std::vector<PictureOrder> orders;
  std::vector<std::string> parameters;
  std::vector<std::vector<UsedFile>> files;  // of each
  int64_t steps = 0;
  bool tiled = false, stopped = false;
  int64_t tile = 0;
};

// Runs of orders with the same prompts, which are painted together.
std::vector<std::vector<PictureOrder>> grouped(const std::vector<PictureOrder>& orders) {
  std::vector<std::vector<PictureOrder>> groups;
  for (const auto& order : orders) {
    const auto same = [&](const PictureOrder& other) {
      return other.prompt == order.prompt && other.negative_prompt == order.negative_prompt;
    };
    if (groups.empty() || !same(groups.back().front())) groups.emplace_back();
    groups.back().push_back(order);
  }
  return groups;
}

// The frames of a walk from each seed to the next: everything but the noise stays that of the first.
void walk_noise(sd::Brief& brief, std::vector<PictureOrder>& orders, const PaintRequest& request, const KnownFiles& known,
                const sd::Painter& painter) {
  brief.noise = spherical_walk(latents_of(brief.seeds, painter.latent_shape(brief.extent)), request.interpolate);
  if (known.picture && int64_t(*known.picture) < brief.noise.size(0))
    brief.noise = brief.noise.narrow(0, int64_t(*known.picture), 1);
  orders.assign(std::size_t(brief.noise.size(0)), orders.front());
  brief.seeds.assign(orders.size(), orders.front().seed);
}

void add_result(PaintedOrders& painted, const sd::BriefResult& result, const std::vector<PictureOrder>& orders,
                const Canvas& canvas, const sd::Brief& brief, const PaintRequest& request, Session& session, Observer& observer) {
  const auto file = stable_diffusion_file(request.model.value);
  for (int64_t k = 0; k < result.pictures.size(0); ++k) {
    const auto& order = orders[std::size_t(k)];
    auto picture = (result.pictures[k] + 1) / 2;
    if (session.finds_unsafe(picture)) {
      observer.on_message(
          fmt::format("the picture of seed {} is not safe for work by --safety-checker, and was made black", order.seed));
      picture = at::zeros_like(picture);
    }
    painted.pictures.push_back(canvas.finished(to_image(picture)));
    painted.orders.push_back(order);
    painted.parameters.push_back(parameters_of(request, order, brief, result, session, file));
    painted.files.push_back(session.used_files());
  }
  painted.steps = brief.steps;
  painted.tiled |= result.tiled;
  painted.tile = result.tile;
  painted.stopped = result.stopped;
}

// The words of a prompt that stays the same through all steps.
void listen(sd::Brief& brief, const sd::Painter& painter, Listening& listening) {
  if (prompt_schedule(brief.prompt, int(brief.steps)).size() > 1)
    throw Error(ErrorCategory::unsupported,
                "the prompt changes from step to step, so its words cannot be followed; leave [from:to:when] out");
  listening.words = painter.token_spans(brief.prompt, brief.text);
  brief.listener = &listening.listener;
}

PaintedOrders paint_orders(const PaintRequest& request, const std::vector<PictureOrder>& orders, Session& session,
                           const KnownFiles& known, Observer& observer, Listening* listening = nullptr) {
  PaintedOrders painted;
  std::optional<Canvas> canvas;
  std::vector<sd::Steering> steering;
  auto groups = grouped(orders);
  if (request.interpolate > 0 && groups.size() > 1)
    throw Error(ErrorCategory::bad_argument, "a walk paints one prompt; leave --interpolate out, or the prompt's lots");
  for (auto& group : groups) {
    const auto words = extract_loras(group.front().prompt);
    auto& painter = session.painter(words.loras, words.prompt + "\n" + group.front().negative_prompt);
    if (!canvas) {
      canvas = canvas_of(request, painter.native_extent(), painter.checkpoint().autoencoder_config.downscale());
      steering = steering_of(request, session.steering(), *canvas, observer);
    }
    auto brief = brief_of(request, *canvas, group, painter.native_guidance());
    brief.steering = steering;
    if (listening != nullptr) listen(brief, painter, *listening);
    if (request.interpolate > 0) walk_noise(brief, group, request, known, painter);
    add_result(painted, painter.paint(brief, observer), group, *canvas, brief, request, session, observer);
    if (painted.stopped) break;
  }
  return painted;
}

json files_of(const std::vector<std::vector<UsedFile>>& used, Session& session) {
  auto files = json::array();
  for (const auto& list : used)
    for (const auto& file : list) {
      const auto record = record_of(file, session.sha256(weights_in(file.path)));
      if (std::find(files.begin(), files.end(), record) == files.end()) files.push_back(record);
    }
  return files;
}

// What replay paints from; own: the request that gives the picture again.
json recipe_of_picture(PaintRequest own, const PaintRequest& request, const PaintedOrders& painted,
                       const std::vector<std::vector<UsedFile>>& used, Session& session) {
  if (own.taesd_preview_only) own.taesd.value.clear(), own.taesd_preview_only = false;
  if (painted.tiled) own.vae_tiling = true, own.vae_tile_size = int(painted.tile);
  auto recipe = make_recipe(own);
  const auto file = stable_diffusion_file(request.model.value);
  const auto& hash = session.sha256(file);
  recipe["model"] = {
      {"name", fs::path(request.model.value).stem().string()}, {"file", file.filename().string()}, {"sha256", hash}};
  if (const auto licence = model_licence(file, hash); !licence.empty()) recipe["model"]["licence"] = licence;
  if (fs::is_directory(request.model.value)) recipe["model"]["folder"] = true;  // the file is its U-Net's
  if (auto files = files_of(used, session); !files.empty()) recipe["files"] = std::move(files);
  if (draws_prompts(request)) recipe["resolved"] = true;
  return recipe;
}

Painting painting_of(Image picture, const json& recipe, const std::string& parameters, const PaintedOrders& painted,
                     const PaintRequest& request, Observer& observer) {
  Painting painting;
  painting.picture = std::move(picture);
  if (!request.post.empty() && !painted.stopped)
    painting.picture = run_chain(painting.picture, request.post, recipe["seeds"][0].get<int64_t>(), observer);
  painting.parameters = parameters;
  painting.recipe = recipe.dump();
  painting.steps = painted.steps;
  painting.stopped = painted.stopped;
  return painting;
}

PaintRequest with_order(const PaintRequest& request, const PictureOrder& order) {
  auto own = request;
  own.prompt = order.prompt;
  own.negative_prompt = order.negative_prompt;
  own.seed = int64_t(order.seed);
  return own;
}

Painting single(const PaintRequest& request, const PaintedOrders& painted, std::size_t k, const KnownFiles& known,
                Session& session, Observer& observer) {
  auto own = with_order(request, painted.orders[k]);
  if (request.interpolate == 0) own.batch = 1;
  auto recipe = recipe_of_picture(own, request, painted, {painted.files[k]}, session);
  if (known.resolved) recipe["resolved"] = true;
  if (request.interpolate > 0) recipe["picture"] = known.picture.value_or(k);
  return painting_of(painted.pictures[k], recipe, painted.parameters[k], painted, request, observer);
}

// All pictures as one.
Painting joined_pictures(const PaintRequest& request, const PaintedOrders& painted, const KnownFiles& known, Session& session,
                         Observer& observer) {
  std::vector<at::Tensor> pictures;
  for (const auto& picture : painted.pictures) pictures.push_back(to_tensor(picture) * 2 - 1);
  const auto count = int64_t(pictures.size());
  const int64_t wide = request.columns > 0 ? request.columns : int64_t(std::ceil(std::sqrt(double(count))));
  const auto grid = to_image(picture_grid(at::cat(pictures), wide).to(at::kFloat).div(255));
  auto recipe = recipe_of_picture(with_order(request, painted.orders.front()), request, painted, painted.files, session);
  if (draws_prompts(request) || !known.orders.empty())
    for (const auto& order : painted.orders)
      recipe["orders"].push_back({{"prompt", order.prompt}, {"negative-prompt", order.negative_prompt}, {"seed", order.seed}});
  return painting_of(grid, recipe, painted.parameters.front(), painted, request, observer);
}

[[noreturn]] void refuse_kind(const fs::path& folder) {
  const auto index = sd::read_component_json(folder / "model_index.json");
  throw Error(ErrorCategory::unsupported,
              fmt::format("{} is a model of the kind {}, neither Stable Diffusion nor unCLIP", folder.string(),
                          index.is_object() ? index.value("_class_name", "unknown") : "unknown"));
}

Painting paint_axes(PaintRequest request, const KnownFiles& known, Session& session, Observer& observer) {
  if (request.interpolate > 0 || request.grid || request.batch > 1 || !request.prompt_file.empty())
    throw Error(ErrorCategory::bad_argument,
                "--xyz makes a grid of its own; leave --batch, --grid, --interpolate and --prompt-file out");
  const bool drawn = draws_prompts(request) || known.resolved;
  request = with_order(request, orders_of(request, known).front());
  const auto axes = parse_axes(request.xyz, request);
  const auto cells = cells_of(request, axes);
  KnownFiles resolved = known;
  resolved.resolved = true;
  std::vector<Image> pictures;
  PaintedOrders all;
  for (std::size_t k = 0; k < cells.size() && !all.stopped; ++k) {
    if (k > 0) observer.on_message(fmt::format("picture {} of {}", k + 1, cells.size()));
    auto painted = paint_orders(cells[k], orders_of(cells[k], resolved), session, known, observer);
    pictures.push_back(painted.pictures.front());
    all.files.push_back(painted.files.front());
    all.steps = painted.steps, all.stopped = painted.stopped, all.tiled |= painted.tiled, all.tile = painted.tile;
    if (k == 0) all.parameters = painted.parameters;
  }
  auto recipe = recipe_of_picture(request, request, all, all.files, session);
  if (drawn) recipe["resolved"] = true;
  return painting_of(labelled_grid(pictures, axes), recipe, all.parameters.front(), all, request, observer);
}

}  // namespace

const std::vector<std::string>& diffusion_options() {
  static const std::vector<std::string> options = {"prompt",
                                                   "negative-prompt",
                                                   "scheduler",
                                                   "guidance-rescale",
                                                   "img-cfg-scale",
                                                   "guidance-start",
                                                   "guidance-end",
                                                   "s-churn",
                                                   "s-noise",
                                                   "prediction",
                                                   "pag-scale",
                                                   "slg-scale",
                                                   "skip-layers",
                                                   "cache-interval",
                                                   "eta",
                                                   "clip-skip",
                                                   "subseed",
                                                   "subseed-strength",
                                                   "init-img",
                                                   "strength",
                                                   "mask",
                                                   "mask-blur",
                                                   "invert-mask",
                                                   "only-masked",
                                                   "masked-padding",
                                                   "outpaint",
                                                   "control-net",
                                                   "control-image",
                                                   "control-preprocess",
                                                   "control-strength",
                                                   "control-start",
                                                   "control-end",
                                                   "hires-fix",
                                                   "hires-scale",
                                                   "hires-steps",
                                                   "hires-denoising-strength",
                                                   "hires-upscaler",
                                                   "tile",
                                                   "vae-tiling",
                                                   "vae-tile-size",
                                                   "max-memory",
                                                   "xyz",
                                                   "prompt-file",
                                                   "wildcards-dir",
                                                   "preview",
                                                   "lora-model-dir",
                                                   "embd-dir",
                                                   "vae",
                                                   "taesd",
                                                   "taesd-preview-only",
                                                   "safety-checker",
                                                   "second-img",
                                                   "between",
                                                   "change-from",
                                                   "change",
                                                   "prior-steps",
                                                   "prior-cfg-scale",
                                                   "upsampler-steps"};
  return options;
}

void refuse_foreign(const PaintRequest& request, const std::vector<std::string>& options, const char* model) {
  const auto given = changed_options(request);
  for (const auto& option : options)
    if (given.contains(option))
      throw Error(ErrorCategory::bad_argument, fmt::format("--{} has no meaning for {}; leave it out", option, model));
}

bool is_stable_diffusion(const fs::path& model) {
  if (is_words_folder(model)) return false;
  if (fs::is_directory(model)) return fs::exists(model / "model_index.json");
  if (model.filename() == "model_index.json") return true;
  const auto ending = lower_ascii(model.extension().string());
  if (ending == ".ckpt" || ending == ".gguf") return true;
  if (ending != ".safetensors" || !fs::exists(model)) return false;
  const auto tensors = load_weights(model).tensors;
  const auto first = tensors.lower_bound("model.diffusion_model.");
  return first != tensors.end() && first->first.starts_with("model.diffusion_model.");
}

fs::path stable_diffusion_file(const fs::path& model) {
  const auto folder = model.filename() == "model_index.json" ? model.parent_path() : model;
  if (!fs::is_directory(folder)) return model;
  if (!fs::is_directory(folder / kUNetFolder)) refuse_kind(folder);
  for (const auto& entry : fs::directory_iterator(folder / kUNetFolder))
    if (const auto ending = entry.path().extension(); ending == ".safetensors" || ending == ".bin") return entry.path();
  throw Error(ErrorCategory::not_found, fmt::format("{} has no weights of a U-Net", (folder / kUNetFolder).string()));
}

std::vector<Painting> run_diffusion(const PaintRequest& request, LoadedModels& models, Observer& observer,
                                    const KnownFiles& known, Listening* listening) {
  refuse_foreign(request, {"class", "truncation", "scale", "palette"}, "a Stable Diffusion checkpoint");
  refuse_foreign(request, unclip_options(), "a Stable Diffusion checkpoint");
  for (const auto& name : request.control_preprocess) preprocessing_chain(name);
  const auto orders = orders_of(request, known);  // what is wrong with them is told before anything is loaded
  if (!request.xyz.empty()) parse_axes(request.xyz, with_order(request, orders.front()));
  const auto kept = session_for(request, known, models);
  auto& session = *kept;
  if (!request.xyz.empty()) return {paint_axes(request, known, session, observer)};
  const auto painted = paint_orders(request, orders, session, known, observer, listening);
  if (request.grid) return {joined_pictures(request, painted, known, session, observer)};
  std::vector<Painting> paintings;
  for (std::size_t k = 0; k < painted.pictures.size(); ++k)
    paintings.push_back(single(request, painted, k, known, session, observer));
  return paintings;
}

}  // namespace inkstone::studio
