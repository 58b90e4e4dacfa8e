// Where the time and the memory of a run go, operator by operator: a trace for Perfetto (ui.perfetto.dev) or chrome://tracing,
// and a table. Trace event format: https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "train/watch/operator_tap.hpp"

namespace inkstone {

struct OperatorTotals {
  std::string name;
  int64_t calls = 0;
  double self_seconds = 0, total_seconds = 0;  // without and with the operators that it calls
  int64_t bytes = 0;                           // allocated less freed, with the operators that it calls
};

// Records while it lives or until stop(). At most a million events are kept; totals go on beyond.
class OperatorProfile : private OperatorListener {
 public:
  OperatorProfile();
  ~OperatorProfile() override;

  // The steps show as spans of their own: ends the one before.
  void step(int64_t number);
  void stop();

  std::string trace() const;                   // JSON
  std::vector<OperatorTotals> totals() const;  // by self time, highest first
  std::string table(std::size_t rows = 25) const;

 private:
  using Clock = std::chrono::steady_clock;
  struct Call;
  struct Event {
    std::string name, shapes;
    uint64_t thread = 0;
    int64_t start = 0, duration = 0;  // nanoseconds since the beginning
  };
  struct MemoryEvent {
    std::string device;
    int64_t time = 0, total = 0;
  };

  std::unique_ptr<at::ObserverContext> on_enter(const at::RecordFunction& operation) override;
  void on_exit(const at::RecordFunction& operation, at::ObserverContext* context) override;
  void on_memory(int64_t bytes, int64_t total, c10::Device device) override;

  int64_t now() const { return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - began_).count(); }
  void end_step();

  mutable std::mutex mutex_;
  Clock::time_point began_ = Clock::now();
  std::map<uint64_t, std::vector<Call*>> running_;  // by thread, innermost last
  std::map<std::string, OperatorTotals> totals_;
  std::vector<Event> events_;
  std::vector<MemoryEvent> memory_;
  std::map<std::string, int64_t> in_use_;  // by device, for allocators that do not know
  int64_t left_out_ = 0, step_ = -1, step_start_ = 0, wall_ = 0;
  uint64_t thread_ = 0;
  std::unique_ptr<OperatorTap> tap_;  // last: stops listening before the rest goes
};

// `--profile N` of a run: records N steps after a warm-up of two (the first ones prepare memory and kernels), then writes
// profile.json and profile.txt into the run's folder.
class ProfiledSteps {
 public:
  ProfiledSteps(std::filesystem::path run, int64_t steps);

  // Before every step. True once, when the files have just been written. Throws io.
  bool before_step(int64_t number);
  // When the run ends earlier than planned: writes what there is. True if anything was.
  bool finish();
  const std::string& table() const { return table_; }

 private:
  std::filesystem::path run_;
  int64_t steps_, warm_up_ = 2;
  std::unique_ptr<OperatorProfile> profile_;
  std::string table_;
};

}  // namespace inkstone
