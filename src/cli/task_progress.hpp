// A painting task on the terminal: a bar with the time left, the losses as numbers and as a curve; plain lines where
// stderr is no terminal. Intermediate pictures go to files.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/interrupt.hpp"
#include "cli/loss_curve.hpp"
#include "cli/loss_log.hpp"
#include "inkstone/image.hpp"
#include "inkstone/observer.hpp"

namespace inkstone {

enum class Verbosity { quiet, normal, verbose };

class TaskProgress : public Observer {
 public:
  explicit TaskProgress(Verbosity verbosity);
  ~TaskProgress() override;
  TaskProgress(const TaskProgress&) = delete;
  TaskProgress& operator=(const TaskProgress&) = delete;

  // write(picture, step) is called every so many steps; any number of these.
  void every(std::int64_t steps, std::function<void(const Image&, std::int64_t)> write);
  // The losses of every step also go there, as CSV. Throws io.
  void log_losses(const std::filesystem::path& path) { log_.emplace(path); }

  void on_progress(const Progress& progress) override;
  bool wants_preview(std::int64_t step) override;
  void on_preview(const Image& picture, std::int64_t step) override;
  void on_message(std::string_view message) override;
  bool stop_requested() override;

  // Ends the bar; draws the curve of the total loss.
  void finish();

 private:
  struct Preview {
    std::int64_t steps;
    std::function<void(const Image&, std::int64_t)> write;
  };
  void draw_bar(const Progress& progress);
  void print_line(const Progress& progress);
  void clear_line();

  Interrupt interrupt_;
  Verbosity verbosity_;
  bool terminal_;
  bool line_open_ = false;
  bool told_stop_ = false;
  std::chrono::steady_clock::time_point last_draw_ = {};
  std::vector<Preview> previews_;
  LossCurve curve_;
  std::optional<LossLog> log_;
  double last_total_ = 0;
};

// "45 s", "3 min 20 s", "2 h 5 min".
std::string human_time(double seconds);

}  // namespace inkstone
