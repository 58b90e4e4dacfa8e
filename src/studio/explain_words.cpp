#include "studio/explain_words.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <utility>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "core/files.hpp"
#include "families/words/folder.hpp"
#include "families/words/shipped.hpp"
#include "image/decode.hpp"
#include "image/encode.hpp"
#include "image/metadata.hpp"
#include "image/resize.hpp"
#include "studio/diffusion_task.hpp"
#include "studio/paint_again.hpp"
#include "studio/paint_task.hpp"
#include "studio/painted_style.hpp"
#include "studio/stylize_task.hpp"
#include "studio/word_page.hpp"
#include "transform/attention_maps.hpp"
#include "weights/load.hpp"

namespace inkstone::studio {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr int kCellSide = 200;
constexpr std::size_t kCellsAcross = 8;

bool is_attention(const ExplainRequest& request) {
  return request.method == "attention";
}

// The model that was named on purpose; empty: none was.
std::string named_painter(const ExplainRequest& request) {
  return request.model.value == ExplainRequest().model.value ? std::string() : request.model.value;
}

bool is_model_of_family(const fs::path& path) {
  if (fs::is_directory(path)) return fs::exists(path / "model.safetensors") || fs::exists(path / "checkpoints");
  return path.extension() == ".safetensors" && load_weights(path).metadata.contains("inkstone.family");
}

// What is painted to be explained.
struct PaintedSubject {
  PaintAgain order;
  bool from_picture = false;
};

json recipe_of_painting(const fs::path& picture) {
  const auto recipe = read_metadata(picture).recipe;
  if (!recipe.is_object())
    throw Error(ErrorCategory::unsupported,
                fmt::format("{} carries no recipe, so nobody knows which words painted it; give them with --prompt, and --seed",
                            picture.string()));
  if (recipe.value("task", "") != "paint")
    throw Error(ErrorCategory::unsupported, fmt::format("{} was not painted from words: its recipe is of the task {}",
                                                        picture.string(), recipe.value("task", "unknown")));
  return recipe;
}

void check_single(const PaintRequest& request, const fs::path& picture) {
  if (request.grid || request.interpolate > 0 || !request.xyz.empty())
    throw Error(ErrorCategory::unsupported,
                fmt::format("{} is several pictures in one, or one of a walk; explain a picture by itself", picture.string()));
  if (request.prompt.empty())
    throw Error(ErrorCategory::unsupported, fmt::format("{} was painted without words", picture.string()));
}

// Where the files of a recipe may lie: where one was told to look, beside the model and the picture, and with the program.
std::vector<fs::path> search_folders(const ExplainRequest& request) {
  std::vector<fs::path> folders(request.search.begin(), request.search.end());
  const fs::path model = named_painter(request), picture = request.picture.value;
  if (!model.empty()) folders.push_back(fs::is_directory(model) ? model : fs::absolute(model).parent_path());
  if (const auto shipped = shipped_painter(); !shipped.empty()) folders.push_back(shipped);
  if (folders.empty()) folders.push_back(fs::absolute(picture).parent_path());
  return folders;
}

PaintedSubject subject_of(const ExplainRequest& request) {
  PaintedSubject subject;
  if (!request.picture.empty()) {
    const auto recipe = recipe_of_painting(request.picture.value);
    ParentSearch search(search_folders(request));
    subject.order = paint_again(recipe, search);
    subject.from_picture = true;
    check_single(subject.order.request, request.picture.value);
  } else {
    subject.order.request.prompt = request.prompt;
    subject.order.request.seed = request.seed;
    subject.order.request.model.value = named_painter(request);
  }
  auto& paint = subject.order.request;
  if (paint.model.empty()) paint.model.value = shipped_painter().string();
  if (paint.model.empty())
    throw Error(ErrorCategory::not_found, "this program came without its painter of words; name a model with -m");
  paint.batch = 1;
  return subject;
}

// Whether there was one.
bool without_style(PaintRequest& request) {
  const bool styled = asks_for_style(request);
  request.style.clear();
  request.style_model = {};
  request.style_strength = -1;
  return styled;
}

bool same_pixels(const Image& a, const Image& b) {
  if (a.width != b.width || a.height != b.height) return false;
  const auto byte = [](float v) { return std::lround(std::clamp(v, 0.0f, 1.0f) * 255); };
  for (int y = 0; y < a.height; ++y)
    for (int x = 0; x < a.width; ++x)
      for (int c = 0; c < 3; ++c)
        if (byte(a.at(x, y, c)) != byte(b.at(x, y, c))) return false;
  return true;
}

void tell_sameness(const ExplainRequest& request, const Image& painted, const std::string& post, int64_t seed,
                   Observer& observer) {
  const auto finished = post.empty() ? painted : run_chain(painted, post, seed, observer);
  observer.on_message(same_pixels(finished, decode_image(request.picture.value))
                          ? "painted again from its recipe, to the same pixels"
                          : "painted again from its recipe, but not to the same pixels: another machine or program painted it, "
                            "or it was changed since");
}

std::vector<WordTrace> traces_of(const at::Tensor& token_maps, const std::vector<nn::TokenSpan>& words) {
  const auto maps = transform::word_maps(token_maps, words);
  std::vector<WordTrace> traces;
  for (std::size_t k = 0; k < words.size(); ++k) {
    const auto map = maps[int64_t(k)];
    traces.push_back({words[k].word, map, map.mean().item<double>()});
  }
  return traces;
}

std::vector<Labelled> overlays_of(const Image& picture, const std::vector<WordTrace>& traces, int side) {
  std::vector<Labelled> overlays;
  for (const auto& trace : traces)
    overlays.push_back({word_overlay(picture, trace.map, side), fmt::format("{}  {:.1f} %", trace.word, 100 * trace.share)});
  return overlays;
}

std::vector<Labelled> effects_of(const Image& picture, const at::Tensor& effects, std::vector<WordTrace>& traces) {
  std::vector<Labelled> overlays;
  for (std::size_t k = 0; effects.defined() && k < traces.size(); ++k) {
    traces[k].effect = effects[int64_t(k)];
    overlays.push_back({word_overlay(picture, traces[k].effect, kCellSide), fmt::format("without '{}'", traces[k].word)});
  }
  return overlays;
}

// A small painter is asked at every step, a large one where somebody wants it.
int64_t effects_every(const ExplainRequest& request, const PaintRequest& paint) {
  if (request.effects >= 0) return request.effects;
  return is_stable_diffusion(paint.model.value) ? 0 : 1;
}

// One row of overlays for each of so many parts of the walk.
std::vector<std::vector<Labelled>> parts_of(const Image& picture, const transform::AttentionMaps& maps,
                                            const std::vector<nn::TokenSpan>& words, int64_t parts) {
  std::vector<std::vector<Labelled>> rows;
  const int64_t all = maps.evaluations();
  for (int64_t k = 0; k < std::min(parts, all); ++k) {
    const int64_t first = all * k / std::min(parts, all), end = all * (k + 1) / std::min(parts, all);
    auto row = overlays_of(picture, traces_of(maps.maps(first, end - first), words), kCellSide);
    for (std::size_t w = 0; w < row.size(); ++w)
      row[w].label = fmt::format("{}, step {}", words[w].word,
                                 end - first == 1 ? fmt::format("{}", end) : fmt::format("{} to {}", first + 1, end));
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<std::vector<Labelled>> folded(const std::vector<Labelled>& cells) {
  std::vector<std::vector<Labelled>> rows;
  for (std::size_t k = 0; k < cells.size(); ++k) {
    if (k % kCellsAcross == 0) rows.emplace_back();
    rows.back().push_back(cells[k]);
  }
  return rows;
}

Image sheet_of(const WordPage& page, bool labels) {
  const auto& overlay = page.overlays.front().picture;
  std::vector<Labelled> cells = {{resize(page.picture, overlay.width, overlay.height), "the picture"}};
  cells.insert(cells.end(), page.overlays.begin(), page.overlays.end());
  auto rows = folded(cells);
  auto effects = page.effects;
  if (!effects.empty()) effects.insert(effects.begin(), cells.front());  // each under its word
  for (const auto& row : folded(effects)) rows.push_back(row);
  for (const auto& part : page.parts)
    for (const auto& row : folded(part)) rows.push_back(row);
  if (!labels)
    for (auto& row : rows)
      for (auto& cell : row) cell.label.clear();
  return labelled_sheet(rows);
}

std::string file_name_of(std::size_t number, const std::string& word) {
  std::string name;
  for (const char c : word) name += c == '/' || c == '\\' || static_cast<unsigned char>(c) < ' ' ? '-' : c;
  return fmt::format("{:02}-{}.png", number, name.substr(0, 60));
}

void write_report(const WordPage& page, const Image& sheet, const ExplainRequest& request) {
  const fs::path folder = request.report;
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed) throw Error(ErrorCategory::io, fmt::format("cannot make the folder {}: {}", folder.string(), failed.message()));
  const auto large = overlays_of(page.picture, page.words, request.size);
  for (std::size_t k = 0; k < large.size(); ++k) {
    save_image(folder / file_name_of(k + 1, page.words[k].word), large[k].picture);
    if (page.words[k].effect.defined())
      save_image(folder / file_name_of(k + 1, page.words[k].word + "-without"),
                 word_overlay(page.picture, page.words[k].effect, request.size));
  }
  save_image(folder / "sheet.png", sheet);
  write_file_atomic(folder / "index.html", as_bytes(html_of(page)));
}

void tell_nearest(const NearestTraining& nearest, Observer& observer) {
  if (nearest.pictures.empty()) return observer.on_message(fmt::format("nearest training pictures: none, {}", nearest.missing));
  observer.on_message(fmt::format(
      "nearest of {} training pictures looked at: distance {:.3f}{}", nearest.looked_at, nearest.pictures.front().distance,
      nearest.pictures.front().caption.empty() ? "" : ", \"" + nearest.pictures.front().caption + "\""));
}

}  // namespace

bool explains_words(const ExplainRequest& request) {
  if (is_attention(request)) return true;
  const fs::path model = named_painter(request);
  if (model.empty() || request.method != ExplainRequest().method || !request.unit.empty() || !request.reconstruct.empty() ||
      !fs::exists(model))
    return false;
  return is_words_folder(model) || is_model_of_family(model) || is_stable_diffusion(model);
}

Painting run_explain_words(ExplainRequest request, LoadedModels& models, Observer& observer) {
  request.method = "attention";
  auto subject = subject_of(request);
  const auto post = std::exchange(subject.order.request.post, "");  // the maps lie on the picture as it was painted
  const bool styled = without_style(subject.order.request);
  transform::AttentionMaps maps(effects_every(request, subject.order.request));
  Listening listening{maps, {}};
  const auto painted = run_paint(subject.order.request, models, observer, subject.order.known, &listening).front();
  if (painted.stopped) throw Error(ErrorCategory::cancelled, "stopped before the picture was painted");
  const auto& paint = subject.order.request;
  if (styled)
    observer.on_message("painted again from its recipe, as it was before it was painted over in a style");
  else if (subject.from_picture)
    tell_sameness(request, painted.picture, post, paint.seed, observer);
  WordPage page;
  page.prompt = paint.prompt;
  page.settings = fmt::format("{}, seed {}", fs::path(paint.model.value).filename().string(), paint.seed);
  page.picture = painted.picture;
  page.words = traces_of(maps.maps(), listening.words);
  page.overlays = overlays_of(page.picture, page.words, kCellSide);
  page.effects = effects_of(page.picture, maps.effects(), page.words);
  page.parts = parts_of(page.picture, maps, listening.words, request.steps);
  if (request.nearest > 0) {
    page.nearest = nearest_training(page.picture, paint.prompt, paint.model.value, request.against, request.nearest, observer);
    tell_nearest(page.nearest, observer);
  }
  Painting result;
  result.picture = sheet_of(page, !request.no_legend);
  if (!request.report.empty()) write_report(page, result.picture, request);
  auto recipe = make_recipe(request);
  recipe["model"] = json::parse(painted.recipe).at("model");
  recipe["model"]["reads"] = true;
  result.recipe = recipe.dump();
  result.steps = maps.evaluations();
  result.parameters =
      fmt::format("{}\nSteps: {}, Seed: {}, Size: {}x{}, Shows: attention to each word, Version: inkstone {}", paint.prompt,
                  maps.evaluations(), paint.seed, result.picture.width, result.picture.height, version());
  if (!request.post.empty()) result.picture = run_chain(result.picture, request.post, paint.seed, observer);
  return result;
}

}  // namespace inkstone::studio
