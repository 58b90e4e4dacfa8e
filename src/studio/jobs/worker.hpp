// The thread that paints: claims a job, or several that share a batch, runs it through a Studio, keeps what came out, claims the
// next. A second one shows signs of life and listens for wishes meanwhile.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "studio/jobs/job_observer.hpp"
#include "studio/jobs/job_store.hpp"
#include "studio/jobs/picture_store.hpp"
#include "studio/jobs/result_files.hpp"
#include "studio/jobs/task_table.hpp"
#include "studio/jobs/watch.hpp"

namespace inkstone::studio {

class Worker {
 public:
  // All four must outlive it.
  Worker(JobStore& store, const PictureStore& pictures, Watch& watch, const JobsSettings& settings);
  // Stops what runs within a step and gives it back.
  ~Worker();

  // A wish may have come for this job: look at once.
  void hint(const std::string& job);
  // No new work; what runs may go on for so long, then it is stopped and given back.
  void drain(std::int64_t milliseconds);
  bool draining() const { return draining_; }
  ModelMemory model_memory() const;

 private:
  struct Current {
    ClaimedJob claimed;
    JobObserver observer;
    std::string wish;   // of the heartbeat
    bool lost = false;  // the job is another worker's now
    Current(ClaimedJob job, std::filesystem::path preview) : claimed(std::move(job)), observer(std::move(preview)) {}
  };

  using Batch = std::vector<std::shared_ptr<Current>>;  // more than one: they differ in their seeds alone
  class SharedObserver;

  void work();
  void show(const Studio* studio);
  void beat();
  void beat_once(Current& current);
  Batch next();
  std::vector<ClaimedJob> kin_of(const ClaimedJob& job);
  void hold(Batch batch);
  void stop_all();  // under the lock
  // task: an empty folder -> what came out.
  template <class Task>
  void run(Studio& studio, Current& current, Task&& task);
  void run_alone(Studio& studio, Current& current);
  void run_together(Studio& studio, const Batch& batch);
  std::vector<TaskOutcome> outcomes_of(Studio& studio, const Batch& batch, Observer& observer);
  nlohmann::json request_of(Current& current, References& references);
  TaskOutcome outcome_of(Studio& studio, Current& current, const std::filesystem::path& scratch);
  void keep(Current& current, const ResultFiles& files, const std::string& report);
  void give_back(Current& current, const ResultFiles& files);
  void fail(Current& current, const Error& error);
  // Again and again while disk or database fail, for so long; then throws what failed. At once where the worker ends or the job
  // is lost.
  template <class Task>
  void patiently(Current& current, std::chrono::steady_clock::duration patience, Task&& task);
  bool is_lost(Current& current);
  std::string wish_of(Current& current);

  JobStore& store_;
  const PictureStore& pictures_;
  Watch& watch_;
  const JobsSettings& settings_;
  const std::string process_;

  std::atomic<bool> ending_ = false, draining_ = false;
  mutable std::mutex mutex_;  // of what follows, and of Current's wish and lost
  std::condition_variable stirred_;
  Batch current_;                   // what runs; empty: nothing
  const Studio* studio_ = nullptr;  // of the worker's thread, while it lives
  bool hinted_ = false;

  std::thread worker_, heart_;
};

}  // namespace inkstone::studio
