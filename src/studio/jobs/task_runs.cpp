// Tasks that give pictures.
#include "studio/jobs/task_runs.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/files.hpp"
#include "image/metadata.hpp"
#include "studio/diffusion/axis_grid.hpp"
#include "studio/diffusion_task.hpp"
#include "studio/jobs/task_orders.hpp"
#include "studio/recipe.hpp"

namespace inkstone::studio::task_runs {
namespace {

namespace fs = std::filesystem;

constexpr int kWalkFramesPerSecond = 24;  // as the command line

TaskOutcome single(Painting painting) {
  TaskOutcome outcome;
  outcome.stopped = painting.stopped;
  outcome.paintings.push_back(std::move(painting));
  return outcome;
}

TaskOutcome several(std::vector<Painting> paintings, int frames_per_second) {
  TaskOutcome outcome;
  outcome.stopped = !paintings.empty() && paintings.back().stopped;
  outcome.frames_per_second = paintings.size() > 1 ? frames_per_second : 0;
  outcome.paintings = std::move(paintings);
  return outcome;
}

std::set<std::string> names_in(const json& request) {
  std::set<std::string> names;
  for (const auto& [name, value] : request.items()) names.insert(name);
  return names;
}

// These texts become chains of filters, which may name files.
void refuse_hidden_chains(const PaintRequest& request) {
  const auto plain = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == ':' || c == '.' || c == '=' || c == '-' || c == '_';
  };
  for (const auto& text : request.control_preprocess)
    if (!std::all_of(text.begin(), text.end(), plain))
      throw Error(ErrorCategory::bad_argument, fmt::format("--control-preprocess does not know '{}'", text));
  if (request.xyz.empty()) return;
  for (const auto& axis : parse_axes(request.xyz, request))
    if (axis.option == "post" || axis.option == "control-preprocess")
      throw Error(ErrorCategory::bad_argument, fmt::format("--xyz: '{}' does not vary in a job", axis.option));
}

// Where what prompts name lies, and what the operator chose where a request says nothing; previews cost what a glance costs.
void complete(PaintRequest& request, const JobsSettings& settings) {
  const auto folder = [](const fs::path& path) { return fs::is_directory(path) ? path.string() : std::string(); };
  if (!settings.models.empty() && (request.prompt + request.negative_prompt).find("__") != std::string::npos)
    request.wildcards_dir = folder(settings.models / "wildcards");
  if (request.model.empty() || !fs::exists(request.model.value) || !is_stable_diffusion(request.model.value)) return;
  request.lora_dir = folder(settings.prompt_folders.adapters);
  request.embeddings_dir = folder(settings.prompt_folders.embeddings);
  if (request.vae.empty()) request.vae.value = settings.checkpoints.autoencoder.string();
  if (request.precision == "auto") request.precision = settings.checkpoints.precision;
  request.preview = "proj";
}

PaintRequest paint_order(const json& request, TaskRun& run) {
  auto order = from_json<PaintRequest>(request);
  refuse_hidden_chains(order);
  complete(order, run.references.settings());
  return order;
}

}  // namespace

std::vector<Field> paint_fields() {
  auto fields = fields_of<PaintRequest>();
  std::erase_if(fields, [](const Field& field) { return !field.option.recipe; });
  return fields;
}

TaskOutcome paint(const json& request, TaskRun& run) {
  const auto order = paint_order(request, run);
  return several(run.studio.paint(order, run.observer), order.interpolate > 0 && !order.grid ? kWalkFramesPerSecond : 0);
}

bool paint_shares(const json& request) {
  const auto order = from_json<PaintRequest>(request);
  return !order.prompt.empty() && order.batch == 1 && order.interpolate == 0 && !order.grid && order.xyz.empty();
}

std::vector<TaskOutcome> paint_together(const json& request, const std::vector<std::int64_t>& seeds, TaskRun& run) {
  std::vector<TaskOutcome> outcomes;
  for (auto& painting : run.studio.paint_each(paint_order(request, run), seeds, run.observer))
    outcomes.push_back(single(std::move(painting)));
  return outcomes;
}

std::vector<Field> stylize_fields() {
  auto fields = fields_of<StylizeRequest>();
  std::erase_if(fields, [](const Field& field) { return !field.option.recipe; });
  for (auto& field : fields)
    if (field.option.name == std::string_view("init")) field.kind = FieldKind::picture;
  return fields;
}

// Painted in the job's own folder, where another worker finds what is done; given away from the scratch folder.
TaskOutcome stylize_film(StylizeRequest request, const std::set<std::string>& given, TaskRun& run) {
  const auto folder = run.references.run_folder(run.job);
  fs::create_directories(folder);
  request.output = (folder / "film.mp4").string();
  const auto report = run.studio.stylize_film(request, run.observer, given);
  TaskOutcome outcome;
  outcome.stopped = report.stopped;
  outcome.files.push_back(run.scratch / "film.mp4");
  fs::rename(request.output, outcome.files.back());
  std::error_code ignored;
  fs::remove(folder, ignored);  // stays while there is more to paint
  return outcome;
}

TaskOutcome stylize(const json& request, TaskRun& run) {
  if (const auto order = from_json<StylizeRequest>(request); Studio::is_film(order.content.value))
    return stylize_film(order, names_in(request), run);
  return single(run.studio.stylize(from_json<StylizeRequest>(request), run.observer, names_in(request)));
}

TaskOutcome upscale(const json& request, TaskRun& run) {
  return single(run.studio.upscale(from_json<UpscaleRequest>(request), run.observer));
}

TaskOutcome restore(const json& request, TaskRun& run) {
  return single(run.studio.restore(from_json<RestoreRequest>(request), run.observer));
}

TaskOutcome dream(const json& request, TaskRun& run) {
  const auto order = from_json<DreamRequest>(request);
  return several(run.studio.dream(order, run.observer), order.zoom > 0 ? order.frames_per_second : 0);
}

TaskOutcome project(const json& request, TaskRun& run) {
  return single(run.studio.project(from_json<ProjectRequest>(request), run.observer));
}

TaskOutcome explain(const json& request, TaskRun& run) {
  return single(run.studio.explain(from_json<ExplainRequest>(request), run.observer));
}

TaskOutcome post(const json& request, TaskRun& run) {
  return single(run.studio.post(from_json<PostRequest>(request), run.observer));
}

TaskOutcome replay(const json& request, TaskRun& run) {
  const fs::path picture = request.at("picture").get<std::string>();
  const auto recipe = read_metadata(picture).recipe;
  const auto& settings = run.references.settings();
  std::vector<fs::path> search = {run.scratch};
  for (const auto& folder : {settings.models, settings.prompt_folders.adapters, settings.prompt_folders.embeddings})
    if (!folder.empty()) search.push_back(folder);
  if (const auto& file = settings.checkpoints.autoencoder; !file.empty()) search.push_back(weights_in(file));
  // Under the names that the recipe has for them. One that is not of this owner is not found, as if it did not exist.
  for (const auto& parent : recipe.is_object() && recipe.contains("parents") ? parents_of(recipe) : std::vector<Parent>())
    if (const auto name = fs::path(parent.name).filename(); !name.empty() && name != "." && name != "..") {
      const fs::path own = run.references.picture(parent.sha256);
      std::error_code taken;
      fs::create_symlink(fs::absolute(own), run.scratch / name, taken);
      if (taken) fs::create_symlink(fs::absolute(own), run.scratch / own.filename(), taken);
    }
  return single(run.studio.replay(picture, search, run.observer));
}

}  // namespace inkstone::studio::task_runs
