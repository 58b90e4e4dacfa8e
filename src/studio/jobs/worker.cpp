#include "studio/jobs/worker.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "studio/jobs/process_mark.hpp"
#include "studio/translate.hpp"

namespace inkstone::studio {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto kNewsEvery = 200ms;                           // of a running job
constexpr std::int64_t kIdleMilliseconds = 1000;             // between looks for work that nobody announced
constexpr auto kFirstPause = 100ms, kLongestPause = 2000ms;  // between tries while disk or database fail
constexpr auto kPatience = 10min;                            // with a full disk; a database is waited for as long as it takes

std::string_view category_name(ErrorCategory category) {
  constexpr std::string_view kNames[] = {"bad_argument",  "not_found", "corrupt_file", "unsupported",
                                         "out_of_memory", "no_device", "io",           "cancelled"};
  return kNames[std::size_t(category)];
}

// Without places of this machine: whoever asked for the job may be anywhere.
std::string without_places(std::string text, const std::vector<fs::path>& places) {
  for (const auto& place : places) {
    const auto prefix = place.string() + "/";
    for (auto at = text.find(prefix); place.has_relative_path() && at != std::string::npos; at = text.find(prefix, at))
      text.erase(at, prefix.size());
  }
  return text;
}

}  // namespace

Worker::Worker(JobStore& store, const PictureStore& pictures, Watch& watch, const JobsSettings& settings)
    : store_(store), pictures_(pictures), watch_(watch), settings_(settings), process_(this_process()) {
  worker_ = std::thread([this] { work(); });
  heart_ = std::thread([this] { beat(); });
}

Worker::~Worker() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    stop_all();
  }
  stirred_.notify_all();
  watch_.stir();
  worker_.join();
  heart_.join();
}

void Worker::hint(const std::string& job) {
  {
    const std::lock_guard lock(mutex_);
    const auto runs = [&](const auto& current) { return current->claimed.lease.job == job; };
    if (std::none_of(current_.begin(), current_.end(), runs)) return;
    hinted_ = true;
  }
  stirred_.notify_all();
}

void Worker::drain(std::int64_t milliseconds) {
  draining_ = true;
  std::unique_lock lock(mutex_);
  const auto idle = [this] { return current_.empty(); };
  if (stirred_.wait_for(lock, std::chrono::milliseconds(milliseconds), idle)) return;
  stop_all();
  stirred_.wait(lock, idle);
}

ModelMemory Worker::model_memory() const {
  const std::lock_guard lock(mutex_);
  return studio_ == nullptr ? ModelMemory() : studio_->model_memory();
}

void Worker::show(const Studio* studio) {
  const std::lock_guard lock(mutex_);
  studio_ = studio;
}

void Worker::work() {
  Studio studio(settings_.threads, settings_.model_memory);
  show(&studio);
  while (!ending_) {
    const auto known = watch_.changes();
    const auto batch = next();
    if (batch.empty()) {
      watch_.await(known, kIdleMilliseconds);
      continue;
    }
    hold(batch);
    if (batch.size() > 1)
      run_together(studio, batch);
    else
      run_alone(studio, *batch.front());
    hold({});
  }
  show(nullptr);
}

Worker::Batch Worker::next() try {
  if (draining_ || ending_) return {};
  auto first = store_.claim(process_);
  if (!first) return {};
  auto jobs = kin_of(*first);
  jobs.insert(jobs.begin(), std::move(*first));
  Batch batch;
  for (auto& job : jobs) {
    auto preview = pictures_.folder() / "previews" / (job.lease.job + ".jpg");
    batch.push_back(std::make_shared<Current>(std::move(job), std::move(preview)));
  }
  return batch;
} catch (const Error&) {  // the database is gone; the next look may find it
  std::unique_lock lock(mutex_);
  stirred_.wait_for(lock, kFirstPause, [this] { return ending_.load(); });
  return {};
}

std::vector<ClaimedJob> Worker::kin_of(const ClaimedJob& job) try {
  return settings_.share_batch > 1 ? store_.claim_kin(process_, job, settings_.share_batch - 1) : std::vector<ClaimedJob>();
} catch (const Error&) {
  return {};  // it goes alone
}

void Worker::hold(Batch batch) {
  {
    const std::lock_guard lock(mutex_);
    current_ = std::move(batch);
    if (ending_) stop_all();
  }
  stirred_.notify_all();
}

void Worker::stop_all() {
  for (const auto& current : current_) current->observer.stop();
}

void Worker::beat() {
  const auto between = std::min<std::chrono::duration<double>>(1s, std::chrono::duration<double>(settings_.lease_seconds / 5));
  auto last = std::chrono::steady_clock::now();
  std::unique_lock lock(mutex_);
  while (!ending_ || !current_.empty()) {
    if (current_.empty()) {
      stirred_.wait(lock, [this] { return !current_.empty() || ending_; });
      continue;
    }
    const auto batch = current_;
    stirred_.wait_for(lock, kNewsEvery, [&] { return hinted_ || current_ != batch; });
    if (current_ != batch) continue;
    const bool due = std::exchange(hinted_, false) || std::chrono::steady_clock::now() - last >= between ||
                     std::any_of(batch.begin(), batch.end(), [](const auto& current) { return current->observer.has_news(); });
    if (!due) continue;
    lock.unlock();
    last = std::chrono::steady_clock::now();
    for (const auto& current : batch) beat_once(*current);
    lock.lock();
  }
}

void Worker::beat_once(Current& current) try {
  const auto wish = store_.beat(current.claimed.lease, current.observer.news());
  const std::lock_guard lock(mutex_);
  if (wish)
    current.wish = *wish;
  else
    current.lost = true;
  if (!wish || !wish->empty()) current.observer.stop();
} catch (const Error&) {
  // Without a database there is no sign of life; the work goes on.
}

bool Worker::is_lost(Current& current) {
  const std::lock_guard lock(mutex_);
  return current.lost;
}

std::string Worker::wish_of(Current& current) {
  const std::lock_guard lock(mutex_);
  return current.wish;
}

template <class Task>
void Worker::patiently(Current& current, std::chrono::steady_clock::duration patience, Task&& task) {
  const auto start = std::chrono::steady_clock::now();
  auto pause = kFirstPause;
  for (;; pause = std::min(kLongestPause, 2 * pause)) try {
      return task();
    } catch (const Error& error) {
      if (error.category() != ErrorCategory::io || ending_ || is_lost(current) ||
          std::chrono::steady_clock::now() - start > patience)
        throw;
      if (pause == kFirstPause) current.observer.on_message(fmt::format("{}; trying again", error.what()));
      std::unique_lock lock(mutex_);
      stirred_.wait_for(lock, pause, [this] { return ending_.load(); });
    }
}

template <class Task>
void Worker::run(Studio& studio, Current& current, Task&& task) {
  fs::path scratch;
  try {
    patiently(current, kPatience, [&] { scratch = pictures_.scratch(current.claimed.lease.token); });
    const TaskOutcome outcome = translated([&] { return task(scratch); });
    ResultFiles files(studio, current.claimed.status, outcome, scratch);
    current.observer.drop_preview();
    if (outcome.stopped && current.observer.stop_requested())
      give_back(current, files);
    else
      keep(current, files, outcome.report);
  } catch (const Error& error) {
    if (error.category() == ErrorCategory::cancelled && current.observer.stop_requested())
      give_back(current, {});
    else
      fail(current, error);
  }
  std::error_code ignored;
  if (!scratch.empty()) fs::remove_all(scratch, ignored);
}

void Worker::run_alone(Studio& studio, Current& current) {
  run(studio, current, [&](const fs::path& scratch) { return outcome_of(studio, current, scratch); });
}

TaskOutcome Worker::outcome_of(Studio& studio, Current& current, const fs::path& scratch) {
  const auto& job = current.claimed.status;
  References references(store_, pictures_, settings_, job.owner);
  const auto request = request_of(current, references);
  TaskRun run{studio, current.observer, references, scratch, job.id};
  return job_task(job.task).run(request, run);
}

nlohmann::json Worker::request_of(Current& current, References& references) {
  const auto& job = current.claimed.status;
  const auto& task = job_task(job.task);
  nlohmann::json request;
  patiently(current, kPatience, [&] {
    request = resolved_request(task, checked_request(task, job.request, settings_.limits.request_bytes), references);
  });
  return request;
}

// Tells all what happens to the batch. Who is to stop leaves it at once, with nothing; it stops when nobody is left. No previews:
// they would show everybody everybody's pictures.
class Worker::SharedObserver : public Observer {
 public:
  SharedObserver(Worker& worker, const Batch& batch) : worker_(worker), staying_(batch) {}

  void on_progress(const Progress& progress) override {
    for (const auto& current : staying_) current->observer.on_progress(progress);
  }
  void on_message(std::string_view message) override {
    for (const auto& current : staying_) current->observer.on_message(message);
  }
  bool stop_requested() override {
    const auto leaving = std::stable_partition(staying_.begin(), staying_.end(),
                                               [](auto& current) { return !current->observer.stop_requested(); });
    if (leaving == staying_.end()) return staying_.empty();
    for (auto current = leaving; current != staying_.end(); ++current) worker_.give_back(**current, {});
    staying_.erase(leaving, staying_.end());
    worker_.hold(staying_);
    return staying_.empty();
  }

  bool stays(const std::shared_ptr<Current>& current) const {
    return std::find(staying_.begin(), staying_.end(), current) != staying_.end();
  }

 private:
  Worker& worker_;
  Batch staying_;
};

// What does not go together goes alone: too large for the memory at once, say.
void Worker::run_together(Studio& studio, const Batch& batch) {
  SharedObserver observer(*this, batch);
  observer.on_message(fmt::format("painted in one batch of {} jobs", batch.size()));
  std::vector<TaskOutcome> outcomes;
  try {
    outcomes = translated([&] { return outcomes_of(studio, batch, observer); });
  } catch (const Error&) {
  }
  for (std::size_t k = 0; k < batch.size(); ++k) {
    if (!observer.stays(batch[k])) continue;
    if (outcomes.size() == batch.size())
      run(studio, *batch[k], [&](const fs::path&) { return std::move(outcomes[k]); });
    else
      run_alone(studio, *batch[k]);
  }
}

std::vector<TaskOutcome> Worker::outcomes_of(Studio& studio, const Batch& batch, Observer& observer) {
  const auto& first = batch.front()->claimed.status;
  References references(store_, pictures_, settings_, first.owner);
  const auto request = request_of(*batch.front(), references);
  std::vector<std::int64_t> seeds;
  for (const auto& current : batch)
    seeds.push_back(nlohmann::json::parse(current->claimed.status.request).value("seed", std::int64_t(0)));
  TaskRun run{studio, observer, references, {}, first.id};
  return job_task(first.task).run_together(request, seeds, run);
}

// Every file is there before its row, and rows and state come in one transaction. What was written for a job that is lost is
// removed, unless another has painted the same.
void Worker::keep(Current& current, const ResultFiles& files, const std::string& report) {
  JobResult result;
  result.report = report;
  const auto news = current.observer.news();
  bool ours = false;
  patiently(current, kPatience, [&] {
    const PictureStore::Hold hold(pictures_, false);
    result.pictures = files.stored(pictures_);
    ours = store_.finish(current.claimed.lease, result, news);
  });
  if (ours) return;
  std::vector<std::string> ids;
  for (const auto& picture : result.pictures) ids.push_back(picture.id);
  const PictureStore::Hold alone(pictures_, true);
  pictures_.remove(store_.unnamed(ids));
}

void Worker::give_back(Current& current, const ResultFiles& files) try {
  const bool wanted = wish_of(current) == "cancel";
  const auto news = current.observer.news();
  patiently(current, kPatience, [&] {
    const PictureStore::Hold hold(pictures_, false);
    store_.stopped(current.claimed.lease, wanted ? files.stored(pictures_) : std::vector<StoredPicture>(), news);
  });
} catch (const Error&) {
  // Whoever keeps the leases will take it back.
}

void Worker::fail(Current& current, const Error& error) try {
  if (ending_ && error.category() == ErrorCategory::io)
    return void(store_.stopped(current.claimed.lease, {}));  // its time may come
  JobResult result;
  result.state = JobState::failed;
  result.error_category = category_name(error.category());
  result.error =
      without_places(error.what(), {pictures_.folder(), settings_.models, settings_.prompt_folders.adapters,
                                    settings_.prompt_folders.embeddings, settings_.checkpoints.autoencoder.parent_path()});
  const auto news = current.observer.news();
  patiently(current, std::chrono::hours(24), [&] { store_.finish(current.claimed.lease, result, news); });
} catch (const Error&) {
}

}  // namespace inkstone::studio
