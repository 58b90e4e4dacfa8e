#include "cli/pull_progress.hpp"

#include <unistd.h>

#include <cstdio>

#include <fmt/format.h>

#include "cli/model_tables.hpp"

namespace inkstone {

PullProgress::PullProgress() : terminal_(::isatty(STDERR_FILENO) == 1) {}

PullProgress::~PullProgress() {
  clear_line();
}

void PullProgress::on_progress(const Progress& progress) {
  if (!terminal_) return;
  const double rate = progress.values.empty() ? 0 : progress.values[0].value;
  const auto share = progress.total > 0 ? 100 * progress.step / progress.total : 0;
  fmt::print(stderr, "\r\033[K{}  {:>3}%  {} of {}  {}/s{}", progress.stage, share, human_size(std::uint64_t(progress.step)),
             human_size(std::uint64_t(progress.total)), human_size(std::uint64_t(rate)),
             progress.seconds_left >= 0 ? fmt::format("  {:.0f} s left", progress.seconds_left) : std::string());
  std::fflush(stderr);
  line_open_ = true;
}

void PullProgress::on_message(std::string_view message) {
  clear_line();
  fmt::print(stderr, "{}\n", message);
}

bool PullProgress::stop_requested() {
  return interrupt_.requested();
}

void PullProgress::clear_line() {
  if (line_open_) fmt::print(stderr, "\r\033[K");
  line_open_ = false;
}

}  // namespace inkstone
