#include "inkstone/studio.hpp"

#include <fmt/format.h>

#include "core/options.hpp"
#include "dream/neural_style.hpp"
#include "families/words/shipped.hpp"
#include "image/decode.hpp"
#include "image/encode.hpp"
#include "image/metadata.hpp"
#include "post/chain.hpp"
#include "post/watermark.hpp"
#include "studio/bench_task.hpp"
#include "studio/dream_task.hpp"
#include "studio/explain_task.hpp"
#include "studio/explain_words.hpp"
#include "studio/feature_networks.hpp"
#include "studio/film.hpp"
#include "studio/film_task.hpp"
#include "studio/output.hpp"
#include "studio/paint_again.hpp"
#include "studio/paint_task.hpp"
#include "studio/picture_networks.hpp"
#include "studio/project_task.hpp"
#include "studio/quality_task.hpp"
#include "studio/recipe.hpp"
#include "studio/restore_task.hpp"
#include "studio/restyle_task.hpp"
#include "studio/state.hpp"
#include "studio/stylize_task.hpp"
#include "studio/translate.hpp"
#include "studio/unfinished_film.hpp"
#include "studio/upscale_task.hpp"

namespace inkstone {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

void need_picture(const PictureRef& picture, const char* what) {
  if (picture.empty()) throw Error(ErrorCategory::bad_argument, what);
}

// All that can be known to be wrong before anything is loaded.
void check(const StylizeRequest& request) {
  check_request(request);
  need_picture(request.content, "no photograph; give one: inkstone stylize PHOTO --style PAINTING");
  if (request.style.empty() && request.model.empty())
    throw Error(ErrorCategory::bad_argument,
                "no style; name a painting with --style PAINTING, or a network that paints with --model NAME");
  for (const auto& style : request.style) need_picture(style, "--style must name a picture");
  parse_post_chain(request.post);
  if (!request.output.empty()) studio::check_output(request.output);
}

// The request with its seed drawn, once its chain and its output have been looked at.
template <class Request>
Request checked_for_painting(Request request) {
  parse_post_chain(request.post);
  if (!request.output.empty()) studio::check_output(request.output);
  request.seed = studio::drawn_seed(request.seed);
  return request;
}

json recipe_in(const fs::path& picture) {
  const auto metadata = read_metadata(picture);
  if (!metadata.recipe.is_object())
    throw Error(ErrorCategory::unsupported,
                fmt::format("{} carries no Inkstone recipe, so it cannot be painted again", picture.string()));
  return metadata.recipe;
}

Painting with_metadata_of(const PictureRef& photograph, bool keep, Painting painting) {
  if (keep) painting.exif = read_metadata(photograph.value).exif;
  return painting;
}

std::set<std::string> all_options() {
  std::set<std::string> names;
  for (const auto& field : fields_of<StylizeRequest>()) names.insert(field.option.name);
  return names;
}

}  // namespace

std::string_view picture_ending() {
  return ".png";
}

studio::FeatureNetworks Studio::State::networks() {
  return studio::FeatureNetworks(models);
}

Painting Studio::State::stylize(StylizeRequest request, const std::set<std::string>& given, Observer& observer) {
  auto kept = changed_options(request);
  kept.insert(given.begin(), given.end());
  apply_preset(request, kept);
  check(request);
  request.seed = studio::drawn_seed(request.seed);
  if (studio::is_picture_network(request.model)) {
    studio::set_network_dials(request, kept);
    return studio::run_restyle(request, models, observer);
  }
  const auto network = networks().get(request.model);
  if (request.style.empty())
    throw Error(ErrorCategory::bad_argument,
                fmt::format("{} looks at pictures and paints none; name the painting that is searched towards with --style, or a "
                            "network that paints: --model starry-night",
                            request.model.value));
  const bool wants_vgg = request.preset == "gatys-adam" || request.preset == "tutorial-literal" || request.preset == "leongatys";
  if (wants_vgg && request.model.empty())
    observer.on_message(fmt::format(
        "preset {} is made for VGG19; painting with the embedded network (inkstone models pull vgg19, then --model vgg19)",
        request.preset));
  return studio::run_stylize(request, *network, observer);
}

void Studio::State::restore_model(ModelRef& painter, const json& recipe, studio::ParentSearch& search, const char* key) {
  const auto model = recipe.value(key, json::object());
  const auto file = model.value("file", ""), sha256 = model.value("sha256", "");
  if (model.value("paints", false)) return studio::restore_picture_network(painter, model, search);
  if (!painter.empty() && painter.value == file && !sha256.empty()) painter.value = search.find({file, sha256}).string();
  if (!sha256.empty() && networks().get(painter)->sha256 != sha256)
    throw Error(ErrorCategory::unsupported,
                fmt::format("{} is not the one this picture was painted with (sha256 {})",
                            painter.empty() ? "the embedded network of this version" : "model " + painter.value, sha256));
}

Painting Studio::State::replay(const json& recipe, studio::ParentSearch& search, Observer& observer) {
  const auto task = recipe.value("task", "");
  if (task == "stylize") {
    auto request = from_json<StylizeRequest>(recipe.at("request"));
    studio::restore_pictures(request, request.post, recipe, search);
    restore_model(request.model, recipe, search);
    return stylize(std::move(request), all_options(), observer);
  }
  if (task == "dream") {
    auto request = from_json<DreamRequest>(recipe.at("request"));
    studio::restore_pictures(request, request.post, recipe, search);
    restore_model(request.model, recipe, search);
    request.zoom = 0;  // of a film its first frame
    return studio::run_dream(request, *networks().get(request.model), observer).front();
  }
  if (task == "project") {
    auto request = from_json<ProjectRequest>(recipe.at("request"));
    std::string no_chain;
    restore_pictures(request, no_chain, recipe, search);
    request.model.value = search.find({recipe.at("model").at("file"), recipe.at("model").at("sha256")}).string();
    return studio::run_project(request, models, observer);
  }
  if (task == "upscale") {
    auto request = from_json<UpscaleRequest>(recipe.at("request"));
    studio::restore_pictures(request, request.post, recipe, search);
    restore_model(request.model, recipe, search);
    return studio::run_upscale(request, models, observer);
  }
  if (task == "restore") {
    auto request = from_json<RestoreRequest>(recipe.at("request"));
    studio::restore_pictures(request, request.post, recipe, search);
    restore_model(request.model, recipe, search);
    return studio::run_restore(request, models, observer);
  }
  if (task == "explain") {
    auto request = from_json<ExplainRequest>(recipe.at("request"));
    studio::restore_pictures(request, request.post, recipe, search);
    if (recipe.at("model").value("reads", false)) {
      request.model.value = studio::model_of(recipe, search);
      return studio::run_explain_words(request, models, observer);
    }
    restore_model(request.model, recipe, search);
    return studio::run_explain(request, *networks().get(request.model), observer);
  }
  if (task == "post") {
    auto request = from_json<PostRequest>(recipe.at("request"));
    studio::restore_pictures(request, request.chain, recipe, search);
    return studio::run_post(request, observer);
  }
  if (task == "paint") {
    auto again = studio::paint_again(recipe, search);
    restore_model(again.request.style_model, recipe, search, "style-model");
    return studio::run_paint(again.request, models, observer, again.known).front();
  }
  throw Error(ErrorCategory::unsupported, fmt::format("this version does not know the task '{}' of the recipe", task));
}

Painting Studio::stylize(const StylizeRequest& request, Observer& observer, const std::set<std::string>& given) {
  return studio::with_room(state_->models, [&] {
    return with_metadata_of(request.content, request.keep_metadata, state_->stylize(request, given, observer));
  });
}

FilmReport Studio::stylize_film(const StylizeRequest& request, Observer& observer, const std::set<std::string>& given) {
  return studio::translated([&] {
    check_request(request);
    need_picture(request.content, "no film; give one: inkstone stylize FILM.mp4 --model NETWORK -o OUT.mp4");
    parse_post_chain(request.post);
    auto kept = changed_options(request);
    kept.insert(given.begin(), given.end());
    auto complete = request;
    apply_preset(complete, kept);
    const auto begun = request.seed < 0 && !request.restart ? studio::UnfinishedFilm::seed_in(request.output) : std::nullopt;
    complete.seed = begun ? *begun : studio::drawn_seed(complete.seed);
    if (studio::is_picture_network(complete.model)) studio::set_network_dials(complete, kept);
    return studio::run_film(complete, state_->models, observer);
  });
}

bool Studio::is_film(const fs::path& path) {
  return studio::is_film(path);
}

Painting Studio::post(const PostRequest& request, Observer& observer) {
  return studio::translated([&] {
    check_request(request);
    need_picture(request.input, "no picture; give one: inkstone post PICTURE --chain FILTERS");
    if (!request.output.empty()) studio::check_output(request.output);
    auto complete = request;
    complete.seed = studio::drawn_seed(complete.seed);
    return with_metadata_of(request.input, request.keep_metadata, studio::run_post(complete, observer));
  });
}

QualityReport Studio::quality(const QualityRequest& request, Observer& observer) {
  return studio::translated([&] {
    check_request(request);
    if (request.pictures.empty())
      throw Error(ErrorCategory::bad_argument, "no pictures; name a folder: inkstone bench quality FOLDER -m MODEL");
    return studio::run_quality(request, observer);
  });
}

Painting Studio::upscale(const UpscaleRequest& request, Observer& observer) {
  return studio::with_room(state_->models, [&] {
    check_request(request);
    need_picture(request.picture, "no picture; give one: inkstone upscale PICTURE");
    return with_metadata_of(request.picture, request.keep_metadata,
                            studio::run_upscale(checked_for_painting(request), state_->models, observer));
  });
}

Painting Studio::restore(const RestoreRequest& request, Observer& observer) {
  return studio::with_room(state_->models, [&] {
    check_request(request);
    need_picture(request.picture, "no picture; give one: inkstone restore PICTURE");
    return with_metadata_of(request.picture, request.keep_metadata,
                            studio::run_restore(checked_for_painting(request), state_->models, observer));
  });
}

BenchReport Studio::bench(const BenchRequest& request, Observer& observer) {
  return studio::translated([&] {
    check_request(request);
    if (request.model.empty()) throw Error(ErrorCategory::bad_argument, "no network to time; name one with --model");
    return studio::run_bench(request, observer);
  });
}

Painting Studio::replay(const fs::path& picture, const std::vector<fs::path>& search, Observer& observer) {
  return studio::with_room(state_->models, [&] {
    const auto recipe = recipe_in(picture);
    auto folders = search;
    if (const auto shipped = shipped_painter(); !shipped.empty()) folders.push_back(shipped);
    studio::ParentSearch parents(folders);
    auto painting = state_->replay(recipe, parents, observer);
    if (recipe.value("stopped", false)) observer.on_message("the picture had been stopped before its end; this one is finished");
    return painting;
  });
}

PictureReport Studio::report(const fs::path& picture) {
  return studio::translated([&] {
    const auto info = probe_image(picture);
    const auto metadata = read_metadata(picture);
    return PictureReport{info.width,
                         info.height,
                         info.bits,
                         info.alpha,
                         std::string(format_name(info.format)),
                         metadata.parameters,
                         metadata.recipe.is_null() ? "" : metadata.recipe.dump(),
                         metadata.software,
                         metadata.digital_source_type,
                         metadata.licence};
  });
}

std::string Studio::watermark(const fs::path& picture, int bytes) {
  return studio::translated([&] { return post::read_watermark(decode_image(picture), bytes); });
}

void Studio::save(const Image& picture, const fs::path& path) {
  studio::translated([&] { save_image(path, picture); });
}

}  // namespace inkstone
