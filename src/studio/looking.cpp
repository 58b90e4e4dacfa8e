// The doors of a Studio that look at pictures with a network: dream, project, explain, annotate.
#include <utility>

#include <fmt/format.h>

#include "core/options.hpp"
#include "inkstone/models.hpp"
#include "inkstone/studio.hpp"
#include "post/chain.hpp"
#include "studio/annotate_task.hpp"
#include "studio/dream_task.hpp"
#include "studio/explain_task.hpp"
#include "studio/explain_words.hpp"
#include "studio/feature_networks.hpp"
#include "studio/output.hpp"
#include "studio/project_task.hpp"
#include "studio/state.hpp"
#include "studio/style_latents.hpp"
#include "studio/translate.hpp"
#include "weights/safetensors.hpp"

namespace inkstone {
namespace {

namespace fs = std::filesystem;

void check_dream(const DreamRequest& request) {
  check_request(request);
  if (request.picture.empty()) throw Error(ErrorCategory::bad_argument, "no picture; give one: inkstone dream PICTURE");
  if (!request.class_name.empty() && !request.layers.empty())
    throw Error(ErrorCategory::bad_argument, "--class and --layer exclude each other: a class is the last layer's channel");
  if (!request.guide.empty() && !request.class_name.empty())
    throw Error(ErrorCategory::bad_argument, "--guide and --class exclude each other: a guide says what is dreamt of");
  parse_post_chain(request.post);
  if (!request.output.empty()) studio::check_output(request.output, request.zoom > 0);
}

void check_explain(const ExplainRequest& request) {
  check_request(request);
  if (request.unit.empty() && request.picture.empty())
    throw Error(ErrorCategory::bad_argument,
                "no picture; give one: inkstone explain PICTURE, or name a unit with --unit LAYER:CHANNEL");
  if (!request.unit.empty() && !request.reconstruct.empty())
    throw Error(ErrorCategory::bad_argument, "--unit and --reconstruct exclude each other; give one");
  const bool contribution = request.method == "style-contribution" && request.unit.empty() && request.reconstruct.empty();
  if (contribution && (request.content.empty() || request.style.empty()))
    throw Error(ErrorCategory::bad_argument,
                "--method style-contribution needs what the picture was painted from: --content PHOTO and --style PAINTING");
  if (!contribution && (!request.content.empty() || !request.style.empty()))
    throw Error(ErrorCategory::bad_argument, "--content and --style go with --method style-contribution");
  parse_post_chain(request.post);
  if (!request.output.empty()) studio::check_output(request.output);
}

void check_explain_words(const ExplainRequest& request) {
  check_request(request);
  if (request.prompt.empty() && request.picture.empty())
    throw Error(ErrorCategory::bad_argument,
                "nothing to explain; give a painted picture or a prompt: inkstone explain PICTURE|PROMPT -m PAINTER");
  if (!request.prompt.empty() && !request.picture.empty())
    throw Error(ErrorCategory::bad_argument, "a picture's recipe has its prompt; leave --prompt out, or the picture");
  if (!request.unit.empty() || !request.reconstruct.empty() || !request.class_name.empty() || !request.content.empty() ||
      !request.style.empty())
    throw Error(
        ErrorCategory::bad_argument,
        "--unit, --reconstruct, --class, --content and --style look at other networks than a painter of words; leave them out");
  parse_post_chain(request.post);
  if (!request.output.empty()) studio::check_output(request.output);
}

Painting explain_words(const ExplainRequest& request, studio::LoadedModels& models, Observer& observer) {
  auto complete = request;
  if (complete.prompt.empty() && !complete.picture.empty() && !fs::exists(complete.picture.value))
    complete.prompt = std::exchange(complete.picture.value, "");
  check_explain_words(complete);
  complete.seed = studio::drawn_seed(complete.seed);
  return studio::run_explain_words(complete, models, observer);
}

// The tags' network; absent, with word of how to get it, where it is one of the catalogue that has not been pulled.
std::shared_ptr<const studio::LoadedNetwork> tagger(const AnnotateRequest& request, const studio::FeatureNetworks& networks,
                                                    Observer& observer) {
  if (request.tags == 0 || !request.clip.empty()) return nullptr;
  studio::refuse_painter(request.model);
  if (!fs::exists(request.model.value) && !model_info(request.model.value).present) {
    observer.on_message(fmt::format("no tags: get their network with `inkstone models pull {}`", request.model.value));
    return nullptr;
  }
  auto network = networks.get(request.model);
  if (network->network.classes.empty())
    throw Error(ErrorCategory::unsupported,
                fmt::format("{} knows no classes to tag with; use -m resnet50-imagenet", network->network.name));
  return network;
}

}  // namespace

std::vector<Painting> Studio::dream(const DreamRequest& request, Observer& observer) {
  return studio::translated([&] {
    check_dream(request);
    auto complete = request;
    complete.seed = studio::drawn_seed(complete.seed);
    return studio::run_dream(complete, *state_->networks().get(complete.model), observer);
  });
}

Painting Studio::project(const ProjectRequest& request, Observer& observer) {
  return studio::with_room(state_->models, [&] {
    check_request(request);
    if (request.picture.empty())
      throw Error(ErrorCategory::bad_argument, "no picture; give one: inkstone dream project PICTURE -m NET");
    if (!request.output.empty()) studio::check_output(request.output);
    auto complete = request;
    complete.seed = studio::drawn_seed(complete.seed);
    return studio::run_project(complete, state_->models, observer);
  });
}

void Studio::save_style(const Painting& painting, const fs::path& path) {
  studio::translated([&] {
    const auto recipe = nlohmann::json::parse(painting.recipe, nullptr, false);
    write_safetensors(path, studio::style_file(recipe.is_object() ? recipe : nlohmann::json::object()));
  });
}

Painting Studio::explain(const ExplainRequest& request, Observer& observer) {
  return studio::translated([&] {
    if (studio::explains_words(request)) return explain_words(request, state_->models, observer);
    check_explain(request);
    auto complete = request;
    complete.seed = studio::drawn_seed(complete.seed);
    // its losses are those of the search, which has a network of its own
    if (complete.method == "style-contribution" && complete.model.value == ExplainRequest().model.value) complete.model = {};
    return studio::run_explain(complete, *state_->networks().get(complete.model), observer);
  });
}

AnnotationReport Studio::annotate(const AnnotateRequest& request, Observer& observer) {
  return studio::translated([&] {
    check_request(request);
    if (request.clip.empty() != request.labels.empty())
      throw Error(ErrorCategory::bad_argument, "--clip and --labels go together: a model, and the words that it chooses from");
    if (request.source.empty())
      throw Error(ErrorCategory::bad_argument, "nothing to annotate; give a picture or a folder: inkstone annotate PICTURE");
    const auto network = tagger(request, state_->networks(), observer);
    return studio::run_annotate(request, network.get(), state_->models, observer);
  });
}

}  // namespace inkstone
