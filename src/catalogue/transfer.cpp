#include "catalogue/transfer.hpp"

#include <algorithm>
#include <array>
#include <thread>
#include <utility>

namespace inkstone {
namespace {

constexpr auto kReportEvery = std::chrono::milliseconds(100);
constexpr auto kStopPoll = std::chrono::milliseconds(50);

}  // namespace

Transfer::Transfer(Observer& observer, std::string stage, std::uint64_t total, std::uint64_t done)
    : observer_(observer), stage_(std::move(stage)), total_(total), done_(done), at_start_(done) {}

void Transfer::at(std::uint64_t bytes) {
  if (Clock::now() - last_ >= kReportEvery) report(bytes);
}

void Transfer::file_done(std::uint64_t size) {
  done_ += size;
  report(0);
}

void Transfer::report(std::uint64_t bytes) {
  last_ = Clock::now();
  const double seconds = std::chrono::duration<double>(last_ - started_).count();
  const double here = double(done_ + bytes);
  const double rate = seconds > 0 ? (here - double(at_start_)) / seconds : 0;
  const std::array<NamedValue, 1> values = {{{"bytes/s", rate}}};
  observer_.on_progress({.stage = stage_,
                         .step = int64_t(done_ + bytes),
                         .total = int64_t(total_),
                         .values = values,
                         .seconds_left = rate > 0 ? std::max(0.0, double(total_) - here) / rate : -1});
}

bool wait_unless_stopped(Transfer& transfer, std::chrono::milliseconds pause) {
  const auto end = std::chrono::steady_clock::now() + pause;
  while (std::chrono::steady_clock::now() < end) {
    if (transfer.stop_requested()) return false;
    std::this_thread::sleep_for(std::min(pause, kStopPoll));
  }
  return !transfer.stop_requested();
}

}  // namespace inkstone
