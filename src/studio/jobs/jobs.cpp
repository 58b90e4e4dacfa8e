#include "inkstone/jobs.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "core/files.hpp"
#include "image/metadata.hpp"
#include "studio/jobs/job_store.hpp"
#include "studio/jobs/picture_store.hpp"
#include "studio/jobs/references.hpp"
#include "studio/jobs/schema.hpp"
#include "studio/jobs/task_table.hpp"
#include "studio/jobs/ulid.hpp"
#include "studio/jobs/watch.hpp"
#include "studio/jobs/worker.hpp"
#include "studio/translate.hpp"

namespace inkstone {
namespace {

namespace fs = std::filesystem;
using studio::PictureStore;
using studio::translated;

constexpr std::string_view kStateNames[] = {"queued", "running", "paused", "done", "failed", "cancelled"};
constexpr int kMostPriority = 1000;
constexpr std::size_t kLongestShown = 500;  // of a prompt in lists

JobsSettings checked(JobsSettings settings) {
  if (settings.folder.empty()) throw Error(ErrorCategory::bad_argument, "name a folder for jobs and pictures");
  if (!(settings.lease_seconds >= 0.1)) throw Error(ErrorCategory::bad_argument, "a lease lasts at least a tenth of a second");
  settings.folder = fs::absolute(settings.folder).lexically_normal();
  auto& [adapters, embeddings] = settings.prompt_folders;
  for (const auto* folder : {&adapters, &embeddings})
    if (!folder->empty() && !fs::is_directory(*folder))
      throw Error(ErrorCategory::not_found, fmt::format("{} is no folder", folder->string()));
  if (const auto& file = settings.checkpoints.autoencoder; !file.empty() && !fs::exists(file))
    throw Error(ErrorCategory::not_found, fmt::format("there is no autoencoder {}", file.string()));
  if (!settings.models.empty() && adapters.empty()) adapters = settings.models / "lora";
  if (!settings.models.empty() && embeddings.empty()) embeddings = settings.models / "embeddings";
  for (auto* path : {&settings.models, &adapters, &embeddings, &settings.checkpoints.autoencoder})
    if (!path->empty()) *path = fs::absolute(*path).lexically_normal();
  if (!settings.clock)
    settings.clock = [] {
      return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
    };
  return settings;
}

std::unique_ptr<studio::Database> open_database(const JobsSettings& settings) {
  const auto& url = settings.database;
  if (url.empty()) return studio::open_sqlite((settings.folder / "jobs.sqlite").string());
  if (url.starts_with("postgresql://") || url.starts_with("postgres://")) return studio::open_postgres(url);
  throw Error(ErrorCategory::bad_argument,
              "a database is named as postgresql://USER@HOST/NAME; leave it out to keep jobs in the folder");
}

// What a list shows of a request: the words it paints from.
std::string shown_prompt(const nlohmann::json& request) {
  for (const char* name : {"prompt", "chain", "class", "name", "config"})
    if (const auto found = request.find(name); found != request.end() && found->is_string()) {
      auto text = found->get<std::string>();
      if (text.size() <= kLongestShown) return text;
      text.resize(kLongestShown);
      while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0) == 0x80) text.pop_back();
      text.pop_back();
      return text;
    }
  return {};
}

std::string shown_model(const nlohmann::json& request) {
  const auto found = request.find("model");
  return found != request.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool has_ended(JobState state) {
  return state != JobState::queued && state != JobState::running;
}

}  // namespace

std::string_view state_name(JobState state) {
  return kStateNames[std::size_t(state)];
}

std::optional<JobState> state_of(std::string_view name) {
  const auto found = std::find(std::begin(kStateNames), std::end(kStateNames), name);
  if (found == std::end(kStateNames)) return std::nullopt;
  return JobState(found - std::begin(kStateNames));
}

// In the order in which they are made; the worker goes first.
struct Jobs::State {
  explicit State(Settings given)
      : settings(checked(std::move(given))),
        pictures(settings.folder),
        store(open_database(settings), settings.clock, settings.limits) {
    studio::migrate(store.database());
    watch = std::make_unique<studio::Watch>(store, settings.lease_seconds, settings.attempts);
    if (settings.work) worker = std::make_unique<studio::Worker>(store, pictures, *watch, settings);
  }

  void hint(const std::string& job) const {
    if (worker) worker->hint(job);
  }

  // Files of pictures that nobody names any more; one that was sent again meanwhile stays.
  void remove_files(const std::vector<std::string>& ids) {
    if (ids.empty()) return;
    const PictureStore::Hold alone(pictures, true);
    pictures.remove(store.unnamed(ids));
  }

  void remove_run(const std::string& job) const {
    std::error_code ignored;
    if (studio::is_ulid(job)) fs::remove_all(pictures.folder() / "runs" / job, ignored);
  }

  const Settings settings;
  const PictureStore pictures;
  studio::JobStore store;
  std::unique_ptr<studio::Watch> watch;
  std::unique_ptr<studio::Worker> worker;
};

Jobs::Jobs(Settings settings) {
  translated([&] { state_ = std::make_unique<State>(std::move(settings)); });
}

Jobs::~Jobs() = default;

const Jobs::Settings& Jobs::settings() const {
  return state_->settings;
}

std::string Jobs::submit(const JobOrder& order) {
  return translated([&] {
    if (std::abs(order.priority) > kMostPriority)
      throw Error(ErrorCategory::bad_argument, fmt::format("a priority is from -{0} to {0}", kMostPriority));
    const auto& task = studio::job_task(order.task);
    const auto request = studio::checked_request(task, order.request, state_->settings.limits.request_bytes);
    studio::References references(state_->store, state_->pictures, state_->settings, order.owner);
    const auto resolved = studio::resolved_request(task, request, references);
    const auto recipe =
        state_->settings.answer_from_store ? studio::recipe_hash(task, request, resolved, state_->settings) : std::string();
    const auto kin = studio::kin_hash(task, request, resolved, state_->settings);
    studio::NewJob job{order, recipe, kin, shown_model(request), shown_prompt(request), references.parents()};
    job.order.request = request.dump();
    return state_->store.submit(job);
  });
}

JobStatus Jobs::find(const std::string& id) const {
  return state_->store.find(id);
}

std::vector<JobStatus> Jobs::list(const JobQuery& query) const {
  return state_->store.list(query);
}

JobStatus Jobs::wait(const std::string& id, std::int64_t milliseconds) const {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::milliseconds(milliseconds);
  for (;;) {
    const auto known = state_->watch->changes();
    auto status = find(id);
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
    if (has_ended(status.state) || left <= 0) return status;
    state_->watch->await(known, left);
  }
}

void Jobs::cancel(const std::string& id) {
  state_->store.cancel(id);
  state_->hint(id);
}

void Jobs::pause(const std::string& id) {
  state_->store.pause(id);
  state_->hint(id);
}

void Jobs::resume(const std::string& id) {
  state_->store.resume(id);
}

void Jobs::retry(const std::string& id) {
  state_->remove_files(state_->store.retry(id));
}

void Jobs::set_priority(const std::string& id, int priority) {
  if (std::abs(priority) > kMostPriority)
    throw Error(ErrorCategory::bad_argument, fmt::format("a priority is from -{0} to {0}", kMostPriority));
  state_->store.set_priority(id, priority);
}

void Jobs::move(const std::string& id, QueueMove move) {
  state_->store.move(id, move);
}

void Jobs::erase(const std::string& id) {
  state_->remove_files(state_->store.erase(id));
  state_->hint(id);
  state_->remove_run(id);
}

std::int64_t Jobs::erase_owner(const std::string& owner) {
  if (owner.empty()) throw Error(ErrorCategory::bad_argument, "whose jobs are to be erased?");
  std::vector<std::string> jobs;
  state_->remove_files(state_->store.erase_owner(owner, jobs));
  for (const auto& job : jobs) {
    state_->hint(job);
    state_->remove_run(job);
  }
  return std::int64_t(jobs.size());
}

StoredPicture Jobs::add_picture(std::string_view bytes, const std::string& name, const std::string& owner) {
  return translated([&] {
    const auto picture = state_->pictures.check(bytes, name, state_->settings.limits);
    const PictureStore::Hold hold(state_->pictures, false);
    state_->pictures.put(picture, bytes);
    state_->store.add_picture(picture, owner);
    return picture;
  });
}

std::optional<StoredPicture> Jobs::add_transparency(std::string_view bytes, const std::string& name, const std::string& owner) {
  return translated([&]() -> std::optional<StoredPicture> {
    state_->pictures.check(bytes, name, state_->settings.limits);
    const auto mask = studio::transparency_of(bytes, state_->settings.limits);
    if (!mask) return std::nullopt;
    return add_picture(*mask, name, owner);
  });
}

StoredPicture Jobs::picture(const std::string& id, const std::string& owner) const {
  return state_->store.picture(id, owner);
}

StoredFile Jobs::picture_file(const std::string& id, const std::string& owner) const {
  return state_->pictures.file(picture(id, owner));
}

StoredFile Jobs::thumbnail(const std::string& id, int size, const std::string& owner) const {
  return translated([&] { return state_->pictures.thumbnail(picture(id, owner), size); });
}

PictureText Jobs::picture_text(const std::string& id, const std::string& owner) const {
  return translated([&] {
    const auto stored = picture(id, owner);
    if (stored.media_type == "video/mp4" || stored.media_type == "image/gif") return PictureText();
    const auto metadata = read_metadata(state_->pictures.file(stored).path);
    return PictureText{metadata.parameters, metadata.recipe.is_null()
                                                ? ""
                                                : metadata.recipe.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)};
  });
}

std::string Jobs::bare_picture(const std::string& id, const std::string& owner) const {
  return translated([&] { return state_->pictures.bare(picture(id, owner)); });
}

void Jobs::forget_picture(const std::string& id, const std::string& owner) {
  state_->remove_files(state_->store.forget_picture(id, owner));
}

std::string Jobs::preview(const std::string& id) const try {
  return studio::is_ulid(id) ? read_file(state_->pictures.folder() / "previews" / (id + ".jpg"), std::uint64_t(1) << 24)
                             : std::string();
} catch (const Error&) {
  return {};  // there is none, or it has just gone
}

std::vector<JobEvent> Jobs::events_since(std::int64_t number, const std::string& owner, std::int64_t milliseconds) const {
  return state_->watch->events_since(number, owner, milliseconds);
}

std::int64_t Jobs::last_event() const {
  return state_->watch->last_event();
}

fs::path Jobs::run_folder(const std::string& id) const {
  if (find(id).task != "train") throw Error(ErrorCategory::bad_argument, fmt::format("job {} trains nothing", id));
  return state_->pictures.folder() / "runs" / id;
}

std::vector<UsableModel> Jobs::models(const std::string& owner) const {
  return translated([&] { return studio::usable_models(state_->store, state_->pictures, state_->settings, owner); });
}

std::vector<std::string> Jobs::adapters() const {
  return translated([&] { return studio::known_adapters(state_->settings.prompt_folders.adapters); });
}

std::vector<PromptWord> Jobs::prompt_words() const {
  return translated([&] { return studio::known_words(state_->settings.prompt_folders.embeddings); });
}

JobsSummary Jobs::summary() const {
  JobsSummary summary;
  summary.database = state_->store.database().dialect().name;
  if (state_->worker) {
    summary.draining = state_->worker->draining();
    summary.models = state_->worker->model_memory();
  }
  try {
    summary.jobs = state_->store.counts();
    std::tie(summary.pictures, summary.picture_bytes) = state_->store.picture_totals();
  } catch (const Error&) {
    summary.reachable = false;
  }
  return summary;
}

void Jobs::drain(std::int64_t milliseconds) {
  if (state_->worker) state_->worker->drain(milliseconds);
}

}  // namespace inkstone
