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
    if (current_) current_->observer.stop();
  }
  stirred_.notify_all();
  watch_.stir();
  worker_.join();
  heart_.join();
}

void Worker::hint(const std::string& job) {
  {
    const std::lock_guard lock(mutex_);
    if (!current_ || current_->claimed.lease.job != job) return;
    hinted_ = true;
  }
  stirred_.notify_all();
}

void Worker::drain(std::int64_t milliseconds) {
  draining_ = true;
  std::unique_lock lock(mutex_);
  const auto idle = [this] { return !current_; };
  if (stirred_.wait_for(lock, std::chrono::milliseconds(milliseconds), idle)) return;
  current_->observer.stop();
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
    auto claimed = next();
    if (!claimed) {
      watch_.await(known, kIdleMilliseconds);
      continue;
    }
    const auto preview = pictures_.folder() / "previews" / (claimed->lease.job + ".jpg");
    const auto current = std::make_shared<Current>(std::move(*claimed), preview);
    {
      const std::lock_guard lock(mutex_);
      current_ = current;
      if (ending_) current->observer.stop();
    }
    stirred_.notify_all();
    run(studio, *current);
    {
      const std::lock_guard lock(mutex_);
      current_.reset();
    }
    stirred_.notify_all();
  }
  show(nullptr);
}

std::optional<ClaimedJob> Worker::next() try {
  if (draining_ || ending_) return std::nullopt;
  return store_.claim(process_);
} catch (const Error&) {  // the database is gone; the next look may find it
  std::unique_lock lock(mutex_);
  stirred_.wait_for(lock, kFirstPause, [this] { return ending_.load(); });
  return std::nullopt;
}

void Worker::beat() {
  const auto between = std::min<std::chrono::duration<double>>(1s, std::chrono::duration<double>(settings_.lease_seconds / 5));
  auto last = std::chrono::steady_clock::now();
  std::unique_lock lock(mutex_);
  while (!ending_ || current_) {
    if (!current_) {
      stirred_.wait(lock, [this] { return current_ || ending_; });
      continue;
    }
    const auto current = current_;
    stirred_.wait_for(lock, kNewsEvery, [&] { return hinted_ || current_ != current; });
    if (current_ != current) continue;
    const bool due =
        std::exchange(hinted_, false) || std::chrono::steady_clock::now() - last >= between || current->observer.has_news();
    if (!due) continue;
    lock.unlock();
    last = std::chrono::steady_clock::now();
    beat_once(*current);
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

void Worker::run(Studio& studio, Current& current) {
  fs::path scratch;
  try {
    patiently(current, kPatience, [&] { scratch = pictures_.scratch(current.claimed.lease.token); });
    const auto outcome = translated([&] { return outcome_of(studio, current, scratch); });
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

TaskOutcome Worker::outcome_of(Studio& studio, Current& current, const fs::path& scratch) {
  const auto& job = current.claimed.status;
  const auto& task = job_task(job.task);
  References references(store_, pictures_, settings_, job.owner);
  nlohmann::json request;
  patiently(current, kPatience, [&] {
    request = resolved_request(task, checked_request(task, job.request, settings_.limits.request_bytes), references);
  });
  TaskRun run{studio, current.observer, references, scratch, job.id};
  return task.run(request, run);
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
  result.error = without_places(error.what(), {pictures_.folder(), settings_.models});
  const auto news = current.observer.news();
  patiently(current, std::chrono::hours(24), [&] { store_.finish(current.claimed.lease, result, news); });
} catch (const Error&) {
}

}  // namespace inkstone::studio
