// Tasks that give a run or a report.
#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "data/augment.hpp"
#include "families/registry.hpp"
#include "inkstone/models.hpp"
#include "studio/jobs/task_orders.hpp"
#include "studio/jobs/task_runs.hpp"

namespace inkstone::studio::task_runs {
namespace {

namespace fs = std::filesystem;

Field& named(std::vector<Field>& fields, std::string_view name) {
  return *std::find_if(fields.begin(), fields.end(), [&](const Field& field) { return field.option.name == name; });
}

void leave_out(std::vector<Field>& fields, const std::vector<std::string_view>& names) {
  std::erase_if(fields, [&](const Field& field) {
    return !field.option.recipe || std::find(names.begin(), names.end(), field.option.name) != names.end();
  });
}

// Families share names; the run checks a value against its own family.
void add_new(std::vector<Field>& fields, const std::vector<Field>& more) {
  for (const auto& field : more) {
    const auto same = std::find_if(fields.begin(), fields.end(),
                                   [&](const Field& known) { return std::string_view(known.option.name) == field.option.name; });
    if (same == fields.end()) {
      fields.push_back(field);
      continue;
    }
    same->option.min = std::min(same->option.min, field.option.min);
    same->option.max = std::max(same->option.max, field.option.max);
    for (const auto& choice : field.option.choices)
      if (std::find(same->option.choices.begin(), same->option.choices.end(), choice) == same->option.choices.end())
        same->option.choices.push_back(choice);
  }
}

// The pictures under names of their own in the run, which then keeps them whatever becomes of the store.
std::string own_data(const json& pictures, const fs::path& run) {
  const auto folder = run / "pictures";
  fs::create_directories(folder);
  for (const auto& picture : pictures) {
    const fs::path file = picture.get<std::string>();
    const auto place = folder / file.filename();
    std::error_code failed;
    if (fs::exists(place)) continue;
    fs::create_hard_link(file, place, failed);
    if (failed) fs::copy_file(file, place);
  }
  return folder.string();
}

json overrides_in(const json& request) {
  auto overrides = request;
  for (const char* own : {"config", "data", "pictures", "from"}) overrides.erase(own);
  return overrides;
}

TrainRequest train_request(const json& request, TaskRun& run, const fs::path& folder) {
  TrainRequest order;
  order.output = folder.string();
  order.resume = fs::exists(folder / "config.toml");
  if (order.resume) return order;  // the run knows its config
  auto overrides = overrides_in(request);
  if (const auto data = run.references.data(request.value("data", "")); !data.empty()) overrides["data"] = data;
  if (const auto pictures = request.find("pictures"); pictures != request.end() && !pictures->empty())
    overrides["data"] = own_data(*pictures, folder);
  order.config = request.at("config");
  order.from = request.value("from", "");
  order.overrides = overrides.dump();
  return order;
}

// The grid of samples that was made last.
std::vector<fs::path> last_samples(const fs::path& run, const fs::path& scratch) {
  fs::path last;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(run / "samples", missing))
    if (entry.path().extension() == ".png" && entry.path().filename() > last.filename()) last = entry.path();
  if (last.empty()) return {};
  const auto copy = scratch / "samples.png";
  fs::copy_file(last, copy, fs::copy_options::overwrite_existing);
  return {copy};
}

}  // namespace

std::vector<Field> train_fields() {
  auto fields = fields_of<TrainOrder>();
  named(fields, "config").option.choices = training_configs();
  add_new(fields, fields_of<LoopOptions>());
  add_new(fields, fields_of<DataOptions>());
  add_new(fields, fields_of<AugmentOptions>());
  for (const auto& family : families()) add_new(fields, family.fields());
  leave_out(fields, {"network", "frames", "smoothed"});  // paths
  const auto style = std::find_if(fields.begin(), fields.end(),
                                  [](const Field& field) { return field.option.name == std::string_view("style"); });
  if (style != fields.end()) style->kind = FieldKind::picture;
  return fields;
}

TaskOutcome train(const json& request, TaskRun& run) {
  const auto folder = run.references.run_folder(run.job);
  fs::create_directories(folder.parent_path());
  const auto report = run.studio.train(train_request(request, run, folder), run.observer);
  TaskOutcome outcome;
  outcome.stopped = report.stopped;
  outcome.report = json{{"outcome", report.outcome}, {"steps", report.steps}, {"values", report.values}}.dump();
  if (!report.stopped) outcome.files = last_samples(folder, run.scratch);
  return outcome;
}

std::vector<Field> evaluate_fields() {
  auto fields = fields_of<EvaluateRequest>();
  leave_out(fields, {"features"});
  named(fields, "pictures").kind = FieldKind::model;
  return fields;
}

TaskOutcome evaluate(const json& request, TaskRun& run) {
  auto order = from_json<EvaluateRequest>(request);
  order.against = run.references.data(order.against);
  TaskOutcome outcome;
  outcome.report = run.studio.evaluate(order, run.observer).json;
  return outcome;
}

std::vector<Field> annotate_fields() {
  auto fields = fields_of<AnnotateRequest>();
  leave_out(fields, {"cascade", "format"});
  named(fields, "source").kind = FieldKind::picture;
  return fields;
}

TaskOutcome annotate(const json& request, TaskRun& run) {
  auto order = from_json<AnnotateRequest>(request);
  if (order.blur_faces) order.output = run.scratch.string();
  auto report = run.studio.annotate(order, run.observer);
  for (auto& notes : report.pictures) notes.name = fs::path(notes.name).stem().string();  // its id
  TaskOutcome outcome;
  outcome.files = report.outputs;
  outcome.stopped = report.stopped;
  outcome.report = annotation_json(report);
  return outcome;
}

TaskOutcome bench(const json& request, TaskRun& run) {
  const auto report = run.studio.bench(from_json<BenchRequest>(request), run.observer);
  TaskOutcome outcome;
  outcome.report = json{
      {"model", report.model},
      {"milliseconds", report.milliseconds},
      {"processor_milliseconds", report.processor_milliseconds},
      {"peak_bytes", report.peak_bytes},
      {"threads",
       report.threads}}.dump();
  return outcome;
}

TaskOutcome pull(const json& request, TaskRun& run) {
  const auto name = request.at("name").get<std::string>();
  pull_model(name, run.observer);
  const auto info = model_info(name);
  TaskOutcome outcome;
  outcome.report = json{{"name", info.name}, {"bytes", info.bytes}, {"licence", info.licence}}.dump();
  return outcome;
}

}  // namespace inkstone::studio::task_runs
