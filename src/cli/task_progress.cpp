#include "cli/task_progress.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include <fmt/format.h>

namespace inkstone {
namespace {

int terminal_columns() {
  winsize size{};
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

std::string bar(double share, int width) {
  static constexpr const char* kParts[] = {" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const double filled = std::clamp(share, 0.0, 1.0) * width;
  std::string text;
  for (int i = 0; i < width; ++i)
    text += filled >= i + 1 ? "█" : filled <= i ? " " : kParts[std::clamp(int((filled - i) * 8), 0, 7)];
  return text;
}

std::string losses_text(const Progress& progress) {
  std::string text;
  for (const auto& [name, value] : progress.values) text += fmt::format("  {} {:.4g}", name, value);
  return text;
}

std::string time_text(const Progress& progress) {
  return progress.seconds_left >= 0 ? fmt::format("  {} left", human_time(progress.seconds_left)) : std::string();
}

double total_of(const Progress& progress) {
  for (const auto& [name, value] : progress.values)
    if (name == "total") return value;
  return 0;
}

}  // namespace

std::string human_time(double seconds) {
  const auto whole = static_cast<long>(seconds + 0.5);
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

TaskProgress::TaskProgress(Verbosity verbosity) : verbosity_(verbosity), terminal_(::isatty(STDERR_FILENO) == 1) {}

TaskProgress::~TaskProgress() {
  clear_line();
}

void TaskProgress::every(std::int64_t steps, std::function<void(const Image&, std::int64_t)> write) {
  if (steps > 0) previews_.push_back({steps, std::move(write)});
}

void TaskProgress::on_progress(const Progress& progress) {
  if (const double total = total_of(progress); total > 0) curve_.add(last_total_ = total);
  if (log_) log_->add(progress);
  if (verbosity_ == Verbosity::quiet) return;
  const auto now = std::chrono::steady_clock::now();
  const bool last = progress.step == progress.total;
  const auto pause = terminal_ ? std::chrono::milliseconds(100) : std::chrono::milliseconds(5000);
  if (verbosity_ != Verbosity::verbose && !last && now - last_draw_ < pause) return;
  last_draw_ = now;
  terminal_&& verbosity_ != Verbosity::verbose ? draw_bar(progress) : print_line(progress);
}

void TaskProgress::draw_bar(const Progress& progress) {
  const double share = progress.total > 0 ? double(progress.step) / double(progress.total) : 0;
  std::string tail = fmt::format(" {}/{}{}", progress.step, progress.total, time_text(progress));
  const int room = terminal_columns() - int(progress.stage.size() + tail.size()) - 4;
  const int width = std::clamp(room - 40, 8, 40);
  if (const auto losses = losses_text(progress); int(losses.size()) <= room - width) tail += losses;
  fmt::print(stderr, "\r\033[K{} ▕{}▏{}", progress.stage, bar(share, width), tail);
  std::fflush(stderr);
  line_open_ = true;
}

void TaskProgress::print_line(const Progress& progress) {
  fmt::print(stderr, "{}  step {}/{}{}{}\n", progress.stage, progress.step, progress.total, losses_text(progress),
             time_text(progress));
}

bool TaskProgress::wants_preview(std::int64_t step) {
  return std::any_of(previews_.begin(), previews_.end(), [&](const Preview& preview) { return step % preview.steps == 0; });
}

void TaskProgress::on_preview(const Image& picture, std::int64_t step) {
  for (const auto& preview : previews_)
    if (step % preview.steps == 0) preview.write(picture, step);
}

void TaskProgress::on_message(std::string_view message) {
  if (verbosity_ == Verbosity::quiet) return;
  clear_line();
  fmt::print(stderr, "{}\n", message);
}

bool TaskProgress::stop_requested() {
  if (interrupt_.requested() && !std::exchange(told_stop_, true))
    on_message("stopping after this step; once more to quit at once");
  return interrupt_.requested();
}

void TaskProgress::finish() {
  clear_line();
  if (verbosity_ == Verbosity::quiet) return;
  if (const auto drawn = curve_.draw(60); !drawn.empty()) fmt::print(stderr, "loss {} {:.4g}\n", drawn, last_total_);
}

void TaskProgress::clear_line() {
  if (line_open_) fmt::print(stderr, "\r\033[K");
  line_open_ = false;
}

}  // namespace inkstone
