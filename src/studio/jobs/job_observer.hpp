// Stands between a running task and the queue: keeps what is new until the heartbeat takes it, and carries wishes the other way.
#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <mutex>
#include <string>

#include <nlohmann/json.hpp>

#include "inkstone/observer.hpp"
#include "studio/jobs/job_store.hpp"

namespace inkstone::studio {

class JobObserver : public Observer {
 public:
  // preview: the file of the running picture.
  explicit JobObserver(std::filesystem::path preview) : preview_(std::move(preview)) {}
  ~JobObserver() override { drop_preview(); }

  void on_progress(const Progress& progress) override;
  bool wants_preview(std::int64_t step) override;
  void on_preview(const Image& picture, std::int64_t step) override;
  void on_message(std::string_view message) override;
  bool stop_requested() override { return stop_; }

  void stop() { stop_ = true; }
  // When the picture itself is about to be there.
  void drop_preview();
  // What has come since it was last asked.
  JobNews news();
  bool has_news();

 private:
  using Clock = std::chrono::steady_clock;

  const std::filesystem::path preview_;
  std::atomic<bool> stop_ = false;
  Clock::time_point looked_{};  // of the task's thread

  std::mutex mutex_;  // of what follows
  nlohmann::json progress_ = nlohmann::json::object();
  bool moved_ = false;
  std::int64_t preview_step_ = -1;
  JobNews news_;
};

}  // namespace inkstone::studio
