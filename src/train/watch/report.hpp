// report.html: one page that shows a run without a server or a network: curves, samples over time, what the run said, its model
// and its config.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

#include "train/watch/run_history.hpp"
#include "train/watcher.hpp"

namespace inkstone {

// Rewritten whole or not at all: at every sample, at the end, and with new scalars or messages at most every so often. Throws io.
class Report : public Watcher {
 public:
  explicit Report(std::filesystem::path run, std::chrono::duration<double> every = std::chrono::seconds(30),
                  std::size_t most_picture_bytes = 6 << 20);
  void on_start(const RunDescription& run, int64_t first_step) override;
  void on_rollback(int64_t step) override;
  void on_scalars(int64_t step, const std::map<std::string, double>& values) override;
  void on_pictures(int64_t step, const std::string& tag, const at::Tensor& grid) override;
  void on_message(int64_t step, const std::string& message) override;
  void on_finish(int64_t step, const std::string& outcome) override;

 private:
  using Clock = std::chrono::steady_clock;
  void write_if_due();
  void write();

  std::filesystem::path run_;
  std::chrono::duration<double> every_;
  RunDescription description_;
  RunHistory history_;
  std::optional<std::string> outcome_;
  Clock::time_point written_{};
};

// The page around its data. data: JSON.
std::string report_page(const std::string& title, const std::string& data);

}  // namespace inkstone
