#include "studio/diffusion/unclip_task.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "families/unclip/trained_unclip.hpp"
#include "image/decode.hpp"
#include "inkstone/error.hpp"
#include "sample/unclip/embeddings.hpp"
#include "sample/unclip/painter.hpp"
#include "studio/arithmetic.hpp"
#include "studio/diffusion/orders.hpp"
#include "studio/diffusion_task.hpp"
#include "studio/model_record.hpp"
#include "studio/recipe.hpp"
#include "studio/source_picture.hpp"
#include "studio/stylize_task.hpp"
#include "tensor/picture.hpp"
#include "train/watch/grid.hpp"

namespace inkstone::studio {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kThisKind = "an unCLIP model";

// A picture to paint: the request that paints it alone, and what it is decoded from.
struct UnclipOrder {
  PaintRequest request;
  at::Tensor embedding;  // undefined: the prior's
};

struct UnclipPainted {
  std::vector<UnclipOrder> orders;
  std::vector<at::Tensor> pictures;  // [1,3,H,W] in [-1,1], one for each, fewer where it was stopped
  bool stopped = false;
};

[[noreturn]] void refuse_unclip(const std::string& what) {
  throw Error(ErrorCategory::bad_argument, what);
}

void refuse_foreign_to_unclip(const PaintRequest& request) {
  constexpr std::array<std::string_view, 6> kKnown = {"prompt",        "negative-prompt", "prompt-file",
                                                      "wildcards-dir", "init-img",        "preview"};
  std::vector<std::string> foreign = {"class", "truncation", "palette", "scale", "sampling-method"};
  const auto& own = unclip_options();
  for (const auto& option : diffusion_options())
    if (std::find(kKnown.begin(), kKnown.end(), option) == kKnown.end() && std::find(own.begin(), own.end(), option) == own.end())
      foreign.push_back(option);
  refuse_foreign(request, foreign, kThisKind);
  if (request.precision == "q8_0") refuse_unclip("--type q8_0 is for Stable Diffusion's networks; leave it out");
}

void check_pictures(const PaintRequest& request) {
  if (request.init.empty() && !request.second.empty())
    refuse_unclip("--second-img needs a first picture; give it with --init-img");
  if (request.init.empty() && !request.change_from.empty())
    refuse_unclip("--change-from says what a picture shows now; give the picture with --init-img");
  if (request.interpolate > 0 && request.second.empty())
    refuse_unclip("--interpolate goes from one picture to another here; give them with --init-img and --second-img");
  if (request.interpolate == 1) refuse_unclip("--interpolate paints both ends and what is between; ask for 2 or more");
  if (!request.second.empty() && !(request.prompt.empty() && request.prompt_file.empty()))
    refuse_unclip("what lies between two pictures is painted without words; leave the prompt out, or --second-img");
}

void check_size(const PaintRequest& request, int64_t side) {
  for (const int64_t asked : {request.width, request.height})
    if (asked != 0 && asked != side)
      refuse_unclip(fmt::format("this model paints {0}x{0} alone; leave --width and --height out", side));
}

Loaded<unclip::Unclip> load_painter_of_embeddings(const fs::path& folder, at::ScalarType arithmetic) {
  if (is_unclip_runs(folder)) {
    auto painter = std::make_shared<TrainedUnclip>(folder, arithmetic == at::kBFloat16);
    const auto bytes = painter->bytes();
    return {std::move(painter), bytes};
  }
  auto model = unclip::load_unclip(folder, arithmetic);
  const auto bytes = model.bytes;
  return {std::make_shared<unclip::Painter>(std::move(model), arithmetic), bytes};
}

std::shared_ptr<unclip::Unclip> unclip_painter(const PaintRequest& request, LoadedModels& models) {
  const auto folder = unclip::unclip_folder(request.model.value);
  const auto arithmetic = arithmetic_of(request.precision);
  return models.get<unclip::Unclip>(model_key({folder}, fmt::format("unclip {}", int(arithmetic))),
                                    [&] { return load_painter_of_embeddings(folder, arithmetic); });
}

at::Tensor seen_in(const PictureRef& picture, unclip::Unclip& painter) {
  return painter.see(to_tensor(on_white(decode_image(picture.value))));
}

// Every order with its embedding: none from words alone, one for each frame of a walk, changed where there are words.
std::vector<UnclipOrder> with_embeddings(const PaintRequest& request, std::vector<UnclipOrder> orders, unclip::Unclip& painter) {
  if (request.init.empty()) return orders;
  const auto first = seen_in(request.init, painter);
  const auto second = request.second.empty() ? at::Tensor() : seen_in(request.second, painter);
  for (auto& order : orders) {
    const auto& own = order.request;
    order.embedding = second.defined() ? unclip::embedding_between(first, second, own.between) : first;
    if (!own.prompt.empty())
      order.embedding = unclip::embedding_changed(first, painter.read(own.change_from), painter.read(own.prompt), own.change);
  }
  return orders;
}

// The frames of a way from the first picture to the second, both with them.
std::vector<UnclipOrder> frames_of(const UnclipOrder& order, int count) {
  std::vector<UnclipOrder> frames(std::size_t(count), order);
  for (int k = 0; k < count; ++k) {
    frames[std::size_t(k)].request.between = double(k) / double(count - 1);
    frames[std::size_t(k)].request.interpolate = 0;
  }
  return frames;
}

std::vector<UnclipOrder> orders_for(const PaintRequest& request, const KnownFiles& known) {
  std::vector<UnclipOrder> orders;
  for (const auto& order : orders_of(request, known)) {
    auto own = request;
    own.prompt = order.prompt;
    own.negative_prompt = order.negative_prompt;
    own.seed = int64_t(order.seed);
    own.batch = 1;
    own.prompt_file.clear();
    own.grid = false;
    if (request.interpolate == 0)
      orders.push_back({own, {}});
    else
      for (auto& frame : frames_of({own, {}}, request.interpolate)) orders.push_back(std::move(frame));
  }
  return orders;
}

// What is decoded from a picture's embedding is told no words, as the decoder was trained for variations.
unclip::Brief brief_for(const UnclipOrder& order, const unclip::Unclip& painter) {
  const auto& own = order.request;
  auto brief = painter.usual();
  brief.prompt = order.embedding.defined() ? "" : own.prompt;
  brief.negative_prompt = own.negative_prompt;
  brief.embedding = order.embedding;
  brief.seed = uint64_t(own.seed);
  if (own.steps > 0) brief.decoder_steps = own.steps;
  if (own.prior_steps > 0) brief.prior_steps = own.prior_steps;
  if (own.upsampler_steps > 0) brief.upsampler_steps = own.upsampler_steps;
  if (own.guidance > 0) brief.decoder_guidance = own.guidance;
  if (own.prior_guidance > 0) brief.prior_guidance = own.prior_guidance;
  brief.preview = own.preview != "none";
  return brief;
}

UnclipPainted paint_all(std::vector<UnclipOrder> orders, unclip::Unclip& painter, Observer& observer) {
  UnclipPainted painted;
  painted.orders = std::move(orders);
  for (std::size_t k = 0; k < painted.orders.size() && !painted.stopped; ++k) {
    if (painted.orders.size() > 1) observer.on_message(fmt::format("picture {} of {}", k + 1, painted.orders.size()));
    try {
      const auto result = painter.paint(brief_for(painted.orders[k], painter), observer);
      painted.pictures.push_back(result.picture);
      painted.stopped = result.stopped || (k + 1 < painted.orders.size() && observer.stop_requested());
    } catch (const Error& error) {  // those that are finished are kept
      if (error.category() != ErrorCategory::cancelled || painted.pictures.empty()) throw;
      painted.stopped = true;
    }
  }
  return painted;
}

std::string told_settings(const PaintRequest& own, const unclip::Unclip& painter) {
  const auto brief = brief_for({own, {}}, painter);
  std::string words = own.prompt.empty() ? "" : own.prompt + "\n";
  if (!own.negative_prompt.empty()) words += "Negative prompt: " + own.negative_prompt + "\n";
  return words + fmt::format("Steps: {}, Sampler: unCLIP, CFG scale: {}, Seed: {}, Size: {}x{}, Model: {}, Version: inkstone {}",
                             brief.decoder_steps, brief.decoder_guidance, own.seed, painter.side(), painter.side(),
                             painter.name(), version());
}

json record_of_unclip(const ModelRef& model, const std::string& name) {
  auto record = model_record(name, embedding_model_file(model.value));
  record["folder"] = true;  // the file is its decoder's
  return record;
}

Painting unclip_painting(const at::Tensor& picture, const PaintRequest& own, const json& model, const UnclipPainted& painted,
                         unclip::Unclip& painter, bool drawn, Observer& observer) {
  Painting painting;
  painting.picture = to_image(picture);
  if (!own.post.empty() && !painted.stopped) painting.picture = run_chain(painting.picture, own.post, own.seed, observer);
  auto recipe = make_recipe(own);
  recipe["model"] = model;
  if (drawn) recipe["resolved"] = true;
  if (drawn && own.grid)
    for (const auto& order : painted.orders)
      recipe["orders"].push_back(
          {{"prompt", order.request.prompt}, {"negative-prompt", order.request.negative_prompt}, {"seed", order.request.seed}});
  painting.recipe = recipe.dump();
  painting.parameters = told_settings(own, painter);
  painting.steps = brief_for({own, {}}, painter).decoder_steps;
  painting.stopped = painted.stopped;
  return painting;
}

at::Tensor grid_of(const PaintRequest& request, const std::vector<at::Tensor>& pictures) {
  const auto count = int64_t(pictures.size());
  const int64_t wide = request.columns > 0       ? request.columns
                       : request.interpolate > 0 ? request.interpolate
                                                 : int64_t(std::ceil(std::sqrt(double(count))));
  return picture_grid(at::cat(pictures), wide).to(at::kFloat).div(255);
}

}  // namespace

bool paints_embeddings(const fs::path& model) {
  return unclip::is_unclip(model) || is_unclip_runs(model);
}

fs::path embedding_model_file(const fs::path& model) {
  return is_unclip_runs(model) ? unclip_runs_file(model) : unclip::decoder_file(model);
}

const std::vector<std::string>& unclip_options() {
  static const std::vector<std::string> options = {"second-img",  "between",         "change-from",    "change",
                                                   "prior-steps", "prior-cfg-scale", "upsampler-steps"};
  return options;
}

std::vector<Painting> run_unclip(const PaintRequest& request, LoadedModels& models, Observer& observer, const KnownFiles& known) {
  refuse_foreign_to_unclip(request);
  check_pictures(request);
  auto orders = orders_for(request, known);
  const auto kept = unclip_painter(request, models);
  auto& painter = *kept;
  check_size(request, painter.side());
  if (request.upsampler_steps > 0 && painter.usual().upsampler_steps == 0)
    refuse_unclip("this model has no up-samplers; leave --upsampler-steps out");
  for (const auto& order : orders)
    if (painter.is_too_long(order.request.prompt))
      observer.on_message("the prompt is longer than the model reads; its end is left out");
  const auto painted = paint_all(with_embeddings(request, std::move(orders), painter), painter, observer);
  const auto model = record_of_unclip(request.model, painter.name());
  const bool drawn = draws_prompts(request) || known.resolved;
  if (request.grid)
    return {unclip_painting(grid_of(request, painted.pictures), request, model, painted, painter, drawn, observer)};
  std::vector<Painting> paintings;
  for (std::size_t k = 0; k < painted.pictures.size(); ++k)
    paintings.push_back(
        unclip_painting((painted.pictures[k] + 1) / 2, painted.orders[k].request, model, painted, painter, drawn, observer));
  return paintings;
}

}  // namespace inkstone::studio
