// Event files for TensorBoard in <run>/tensorboard: scalars, sample grids, histograms, the model's graph, the config and messages
// as text. A run that is resumed or rolled back starts another file, whose first event tells readers to drop what was written
// beyond the checkpoint.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>

#include "train/watch/append_file.hpp"
#include "train/watch/event.hpp"
#include "train/watcher.hpp"

namespace inkstone {

// Every event is in the file when its call returns. Throws io.
class TensorBoard : public Watcher {
 public:
  explicit TensorBoard(std::filesystem::path run,
                       std::function<double()> clock = {});  // seconds since 1970; by default the system's
  void on_start(const RunDescription& run, int64_t first_step) override;
  void on_rollback(int64_t step) override;
  void on_scalars(int64_t step, const std::map<std::string, double>& values) override;
  void on_pictures(int64_t step, const std::string& tag, const at::Tensor& grid) override;
  void on_histograms(int64_t step, const std::map<std::string, at::Tensor>& parameters) override;
  void on_message(int64_t step, const std::string& message) override;
  void on_finish(int64_t step, const std::string& outcome) override;

 private:
  EventTime at_step(int64_t step) const { return {clock_(), step}; }
  void open();
  void restart(int64_t step);
  void write(const std::string& event);

  std::filesystem::path folder_;
  std::function<double()> clock_;
  std::optional<AppendFile> file_;
};

}  // namespace inkstone
