// What every way of fetching shares: how far the whole model is, and whether the caller wants to stop.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "inkstone/observer.hpp"

namespace inkstone {

class Transfer {
 public:
  // total: bytes of all files of the model, of which done are here already.
  Transfer(Observer& observer, std::string stage, std::uint64_t total, std::uint64_t done);

  // bytes of the current file are here; the observer hears of it at most ten times a second.
  void at(std::uint64_t bytes);
  void file_done(std::uint64_t size);

  bool stop_requested() { return observer_.stop_requested(); }
  void say(const std::string& message) { observer_.on_message(message); }

 private:
  using Clock = std::chrono::steady_clock;
  void report(std::uint64_t bytes);

  Observer& observer_;
  std::string stage_;
  std::uint64_t total_, done_, at_start_;
  Clock::time_point started_ = Clock::now(), last_{};
};

// Sleeps between two attempts; false as soon as the caller wants to stop.
bool wait_unless_stopped(Transfer& transfer, std::chrono::milliseconds pause);

}  // namespace inkstone
