// metrics.jsonl: everything that a run reports, one JSON object per line, readable by any tool while the run goes on:
// {"step":100,"seconds":12.5,"loss":0.31}, {"step":100,"message":"..."}, {"step":200,"outcome":"..."}. Values that are not finite
// are null.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include <nlohmann/json.hpp>

#include "train/watch/append_file.hpp"
#include "train/watcher.hpp"

namespace inkstone {

// The lines of a log up to and with a step; a torn end is left out. Empty where there is no file.
std::vector<nlohmann::ordered_json> read_metrics(const std::filesystem::path& run, int64_t last_step);

// Every call puts its line into the file at once. Throws io.
class MetricsLog : public Watcher {
 public:
  explicit MetricsLog(std::filesystem::path run);
  void on_start(const RunDescription& run, int64_t first_step) override;
  void on_rollback(int64_t step) override { keep_until(step); }
  void on_scalars(int64_t step, const std::map<std::string, double>& values) override;
  void on_message(int64_t step, const std::string& message) override;
  void on_finish(int64_t step, const std::string& outcome) override;

 private:
  void keep_until(int64_t step);
  void write(const nlohmann::ordered_json& line);

  std::filesystem::path run_;
  std::optional<AppendFile> file_;
};

}  // namespace inkstone
