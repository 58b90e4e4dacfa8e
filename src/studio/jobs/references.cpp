#include "studio/jobs/references.hpp"

#include <algorithm>
#include <ctime>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/nearest.hpp"
#include "core/text.hpp"
#include "data/procedural/procedural.hpp"
#include "inkstone/models.hpp"
#include "studio/diffusion/known_files.hpp"
#include "studio/jobs/ulid.hpp"
#include "studio/open_data.hpp"
#include "studio/recipe.hpp"
#include "studio/restore_task.hpp"
#include "text/textual_inversion.hpp"
#include "transform/embedded.hpp"

namespace inkstone::studio {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFile = "file:", kRun = "run:", kRule = "procedural/", kMadeByRule = "procedural:";
constexpr int kDeepest = 3;  // folders below that of the models

bool is_one_of(const std::string& name, const std::vector<std::string>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// What lies beside a StyleGAN is none itself.
bool is_of_styles(const fs::path& path) {
  const auto inner = path.stem().extension();
  return inner == ".directions" || inner == ".projected_w";
}

bool is_model_file(const fs::path& path) {
  static const std::vector<std::string> endings = {".safetensors", ".ckpt", ".gguf", ".pt", ".pth", ".bin", ".onnx"};
  return !is_of_styles(path) && is_one_of(lower_ascii(path.extension().string()), endings);
}

bool is_called_by_prompts(const std::string& name) {
  return name.starts_with("lora/") || name.starts_with("embeddings/");
}

// Names below the folder, as "file:" takes them: files, and folders that are one model.
std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code failed;
  auto entry = fs::recursive_directory_iterator(folder, fs::directory_options::skip_permission_denied, failed);
  for (; !failed && entry != fs::recursive_directory_iterator(); entry.increment(failed)) {
    if (entry.depth() >= kDeepest) entry.disable_recursion_pending();
    const bool whole = fs::exists(entry->path() / "model_index.json") || fs::exists(entry->path() / "model.json") ||
                       fs::exists(entry->path() / "manifest.json");
    if (entry->is_directory() && whole) entry.disable_recursion_pending();
    if (whole || (entry->is_regular_file() && is_model_file(entry->path())))
      names.push_back(entry->path().lexically_relative(folder).generic_string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

// "vae-mnist, 21 Nov 14:05", by this machine's clock.
std::string title_of_run(const JobStatus& job) {
  const std::time_t begun = (job.started > 0 ? job.started : job.created) / 1000;
  std::tm local{};
  ::localtime_r(&begun, &local);
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  return fmt::format("{}, {} {} {:02}:{:02}", job.prompt.empty() ? "run" : job.prompt, local.tm_mday, kMonths[local.tm_mon],
                     local.tm_hour, local.tm_min);
}

std::uint64_t bytes_of(const fs::path& path) {
  std::error_code failed;
  if (fs::is_regular_file(path)) return fs::file_size(path, failed);
  std::uint64_t bytes = 0;
  for (const auto& entry : fs::recursive_directory_iterator(path, failed))
    if (entry.is_regular_file()) bytes += entry.file_size();
  return bytes;
}

bool has_model(const fs::path& run) {
  std::error_code failed;
  return fs::exists(run / "model.safetensors", failed) ||
         (fs::is_directory(run / "checkpoints", failed) && !fs::is_empty(run / "checkpoints", failed));
}

}  // namespace

References::References(JobStore& store, const PictureStore& pictures, const JobsSettings& settings, std::string owner)
    : store_(store), pictures_(pictures), settings_(settings), owner_(std::move(owner)) {}

std::string References::picture(const std::string& id) {
  if (!is_picture_id(id))
    throw Error(ErrorCategory::bad_argument, "a picture is named by its id, 64 digits that sending it gave; send the file first");
  const auto stored = store_.picture(id, owner_);
  if (!is_one_of(id, parents_)) parents_.push_back(id);
  return pictures_.file(stored).path.string();
}

std::string References::model(const std::string& id, bool by_path) {
  if (id.empty()) return id;
  if (id.starts_with(kFile)) return file_of_models(id.substr(kFile.size()));
  if (id.starts_with(kRun)) return run_of(id.substr(kRun.size()));
  if (id.starts_with(kRule)) {
    const auto kinds = procedural_kinds();
    const auto kind = id.substr(kRule.size());
    if (is_one_of(kind, kinds)) return id;
    throw Error(ErrorCategory::not_found, fmt::format("there is no rule '{}'{}", kind.substr(0, 40), did_you_mean(kind, kinds)));
  }
  if (id == kFastMarching || !transform::embedded_network(id).empty()) return id;
  const auto info = model_info(id);  // throws not_found with the nearest name
  if (!info.present)
    throw Error(ErrorCategory::not_found, fmt::format("the model {} is not here yet; fetch it first (task pull)", id));
  return by_path || fs::exists(id) ? info.path.string() : id;
}

std::string References::file_of_models(const std::string& name) const {
  const auto names = settings_.models.empty() ? std::vector<std::string>() : names_in(settings_.models);
  if (is_one_of(name, names)) return (settings_.models / name).string();
  throw Error(ErrorCategory::not_found,
              fmt::format("there is no model file '{}' in the models folder{}", name.substr(0, 100), did_you_mean(name, names)));
}

std::string References::run_of(const std::string& job) const {
  if (!is_ulid(job)) throw Error(ErrorCategory::not_found, "there is no such run");
  const auto status = store_.find(job);
  if (!owner_.empty() && status.owner != owner_) throw Error(ErrorCategory::not_found, fmt::format("there is no job {}", job));
  if (status.task != "train") throw Error(ErrorCategory::bad_argument, fmt::format("job {} trained nothing", job));
  const auto folder = run_folder(job);
  if (!has_model(folder)) throw Error(ErrorCategory::not_found, fmt::format("run {} has no checkpoint yet", job));
  return folder.string();
}

fs::path References::run_folder(const std::string& job) const {
  return pictures_.folder() / "runs" / job;
}

std::string References::chain(const std::string& chain) {
  const auto portable = portable_chain(chain);
  auto next = portable.references.begin();
  return with_references(chain, [&] { return picture(*next++); });
}

std::string References::data(const std::string& name) const {
  if (name.empty() || is_one_of(name, ready_datasets()) || name.starts_with(kMadeByRule)) return name;
  throw Error(ErrorCategory::not_found,
              fmt::format("there is no data set '{}'; there are {} and procedural:KIND{}", name.substr(0, 60),
                          fmt::join(ready_datasets(), ", "), did_you_mean(name, ready_datasets())));
}

std::vector<std::string> known_adapters(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& path : networks_in(folder)) names.push_back(path.stem().string());
  return names;
}

std::vector<PromptWord> known_words(const fs::path& folder) {
  std::vector<PromptWord> words;
  for (const auto& path : networks_in(folder)) {
    words.push_back({path.stem().string()});
    try {
      const auto inversion = read_textual_inversion(path);
      words.back().vectors = inversion.length();
      words.back().width = inversion.vectors.begin()->first;
    } catch (const std::exception&) {  // told where a prompt calls it
    }
  }
  return words;
}

std::vector<UsableModel> usable_models(JobStore& store, const PictureStore& pictures, const JobsSettings& settings,
                                       const std::string& owner) {
  std::vector<UsableModel> models;
  for (const auto& name : settings.models.empty() ? std::vector<std::string>() : names_in(settings.models))
    if (!is_called_by_prompts(name))
      models.push_back(
          {std::string(kFile) + name, fs::path(name).stem().string(), "", "", "file", bytes_of(settings.models / name), true});
  JobQuery runs;
  runs.owner = owner;
  runs.task = "train";
  runs.limit = 500;
  for (const auto& job : store.list(runs))
    if (has_model(pictures.folder() / "runs" / job.id))
      models.push_back({std::string(kRun) + job.id, title_of_run(job), "", "", "run", 0, true});
  for (const auto& info : list_models())
    if (info.loader != "dataset")
      models.push_back({info.name, info.name, info.purpose, info.licence, "catalogue", info.bytes, info.present});
  for (const auto& kind : procedural_kinds())
    models.push_back({std::string(kRule) + kind, kind, "paints by rule", "", "rule", 0, true});
  return models;
}

}  // namespace inkstone::studio
