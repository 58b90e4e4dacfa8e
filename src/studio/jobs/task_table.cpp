#include "studio/jobs/task_table.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "catalogue/sha256.hpp"
#include "core/nearest.hpp"
#include "inkstone/tasks.hpp"
#include "studio/jobs/task_orders.hpp"
#include "studio/jobs/task_runs.hpp"
#include "studio/loaded_models.hpp"

namespace inkstone {
namespace studio {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// What a client may say: nothing that only says where things go on this machine.
template <class Request>
std::vector<Field> client_fields() {
  auto fields = fields_of<Request>();
  std::erase_if(fields, [](const Field& field) { return !field.option.recipe; });
  return fields;
}

const std::vector<JobTask>& table() {
  namespace r = task_runs;
  static const std::vector<JobTask> tasks = {
      // name, summary, gives, fields, required, repeatable, models by path, run, and of those that share batches: which, and how
      {"paint",
       "pictures from words, from a trained model, or by rule",
       "pictures",
       r::paint_fields,
       {},
       true,
       true,
       r::paint,
       r::paint_shares,
       r::paint_together},
      {"stylize",
       "a photograph or a film in the style of a painting",
       "pictures",
       r::stylize_fields,
       {"content"},
       true,
       false,
       r::stylize},
      {"upscale", "a picture made larger", "pictures", client_fields<UpscaleRequest>, {"picture"}, true, false, r::upscale},
      {"restore", "a bad picture made good", "pictures", client_fields<RestoreRequest>, {"picture"}, true, false, r::restore},
      {"dream",
       "a picture painted over with what a network sees in it",
       "pictures",
       client_fields<DreamRequest>,
       {"picture"},
       true,
       false,
       r::dream},
      {"project",
       "a photograph found again in the styles of a StyleGAN",
       "pictures",
       client_fields<ProjectRequest>,
       {"picture", "model"},
       true,
       true,
       r::project},
      {"post",
       "filters and drawing painters, without a network",
       "pictures",
       client_fields<PostRequest>,
       {"input"},
       true,
       false,
       r::post},
      {"explain", "what a network sees in a picture", "pictures", client_fields<ExplainRequest>, {}, true, false, r::explain},
      {"annotate",
       "tags, colours, light and faces of a picture",
       "report",
       r::annotate_fields,
       {"source"},
       false,
       false,
       r::annotate},
      {"replay",
       "a picture painted again from its recipe",
       "pictures",
       client_fields<ReplayOrder>,
       {"picture"},
       false,
       false,
       r::replay},
      {"train", "a network from pictures", "run", r::train_fields, {"config"}, false, true, r::train},
      {"evaluate", "how good the pictures of a model are", "report", r::evaluate_fields, {"pictures"}, false, true, r::evaluate},
      {"bench",
       "how fast a network is on this machine",
       "report",
       client_fields<BenchRequest>,
       {"model"},
       false,
       false,
       r::bench},
      {"pull",
       "a model or data set fetched from where it is published",
       "report",
       client_fields<PullOrder>,
       {"name"},
       false,
       false,
       r::pull},
  };
  return tasks;
}

bool is_chain(const Field& field) {
  return field.kind == FieldKind::text &&
         (field.option.name == std::string_view("post") || field.option.name == std::string_view("chain"));
}

// The name of a network that paints over tells its kind, which its files alone may not.
bool is_opened_by_name(const Field& field) {
  return field.option.name == std::string_view("style-model");
}

// What `init` of stylize takes beside a picture.
bool stands_for_picture(const std::string& word) {
  return word == "content" || word == "random";
}

// Requests are flat: an object of values and lists.
constexpr int kDeepestJson = 8;

json parsed(const std::string& text) {
  const auto shallow = [](int depth, json::parse_event_t, json&) {
    if (depth > kDeepestJson) throw Error(ErrorCategory::bad_argument, "the request is nested too deeply");
    return true;
  };
  try {
    return json::parse(text, shallow);
  } catch (const json::exception&) {
    throw Error(ErrorCategory::bad_argument, "the request is no JSON in UTF-8");
  }
}

void check_text(const json& value, const char* name) {
  if (value.is_array())
    for (const auto& item : value) check_text(item, name);
  if (value.is_string() && value.get_ref<const std::string&>().find('\0') != std::string::npos)
    throw Error(ErrorCategory::bad_argument, fmt::format("'{}' holds a character that no text has", name));
}

json with_each(const json& value, const std::function<std::string(const std::string&)>& change) {
  if (!value.is_array()) return change(value.get<std::string>());
  auto list = json::array();
  for (const auto& item : value) list.push_back(change(item.get<std::string>()));
  return list;
}

// Cheap, and another where the model is.
std::string model_mark(const std::string& model) {
  return model + '\n' + mark_of(model);
}

}  // namespace

std::span<const JobTask> job_tasks() {
  return table();
}

const JobTask& job_task(const std::string& name) {
  std::vector<std::string> names;
  for (const auto& task : table()) {
    if (task.name == name) return task;
    names.emplace_back(task.name);
  }
  throw Error(ErrorCategory::not_found, fmt::format("there is no task '{}'{}", name.substr(0, 40), did_you_mean(name, names)));
}

json checked_request(const JobTask& task, const std::string& request, std::uint64_t most_bytes) {
  if (request.size() > most_bytes)
    throw LimitReached(fmt::format("the request has {} bytes; at most {} are taken", request.size(), most_bytes));
  const auto said = parsed(request);
  const auto fields = task.fields();
  options::check_keys(fields, said);
  auto values = json::object();
  for (const auto& field : fields) {
    const auto* given = options::given_value(field, said);
    if (!given) continue;
    auto value = options::checked(field, *given);
    check_text(value, field.option.name);
    values[field.option.name] = std::move(value);
  }
  for (const char* name : task.required)
    if (const auto found = values.find(name); found == values.end() || *found == "")
      throw Error(ErrorCategory::bad_argument, fmt::format("task {} wants '{}'", task.name, name));
  return values;
}

json resolved_request(const JobTask& task, const json& request, References& references) {
  auto resolved = request;
  for (const auto& field : task.fields()) {
    const auto found = resolved.find(field.option.name);
    if (found == resolved.end()) continue;
    const auto picture = [&](const std::string& id) {
      return id.empty() || stands_for_picture(id) ? id : references.picture(id);
    };
    const auto model = [&](const std::string& id) {
      return references.model(id, task.models_by_path && !is_opened_by_name(field));
    };
    if (field.kind == FieldKind::picture)
      *found = with_each(*found, picture);
    else if (field.kind == FieldKind::model)
      *found = with_each(*found, model);
    else if (is_chain(field))
      *found = with_each(*found, [&](const std::string& chain) { return references.chain(chain); });
  }
  return resolved;
}

std::string recipe_hash(const JobTask& task, const json& request, const json& resolved, const JobsSettings& settings) {
  if (!task.repeatable || request.value("seed", std::int64_t(0)) < 0) return {};
  auto marked = json::array({std::string(version()), task.name});
  const auto& folders = settings.prompt_folders;
  const auto lists = settings.models.empty() ? fs::path() : settings.models / "wildcards";
  if (request.contains("prompt") || request.contains("negative-prompt"))
    for (const auto& folder : {folders.adapters, folders.embeddings, lists}) marked.push_back(model_mark(folder.string()));
  if (request.contains("model")) {
    marked.push_back(model_mark(settings.checkpoints.autoencoder.string()));
    marked.push_back(settings.checkpoints.precision);
  }
  for (const auto& field : task.fields()) {
    const auto found = request.find(field.option.name);
    marked.push_back(found == request.end() ? field.fallback : *found);
    if (field.kind == FieldKind::model && found != request.end())
      marked.push_back(with_each(resolved.at(field.option.name), model_mark));
  }
  return sha256_hex(as_bytes(marked.dump()));
}

std::string kin_hash(const JobTask& task, json request, const json& resolved, const JobsSettings& settings) {
  if (task.shares == nullptr || !task.shares(request)) return {};
  request["seed"] = 0;
  return recipe_hash(task, request, resolved, settings);
}

}  // namespace studio

std::vector<TaskInfo> tasks() {
  std::vector<TaskInfo> all;
  for (const auto& task : studio::job_tasks()) {
    auto schema = json_schema(task.name, task.fields());
    schema["description"] = task.summary;
    if (!task.required.empty()) schema["required"] = task.required;
    all.push_back({task.name, task.summary, schema.dump(), task.gives});
  }
  return all;
}

}  // namespace inkstone
