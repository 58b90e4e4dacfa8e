// How far a loop over pictures is, for its observer: at most ten times a second, with the time left, and nothing of work
// that is over in a moment.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "inkstone/observer.hpp"

namespace inkstone {

class Steps {
 public:
  Steps(Observer& observer, std::string stage, std::int64_t total)
      : observer_(observer), stage_(std::move(stage)), total_(total) {}

  void done(std::int64_t count);

 private:
  using Clock = std::chrono::steady_clock;

  Observer& observer_;
  std::string stage_;
  std::int64_t total_;
  Clock::time_point started_ = Clock::now(), told_ = started_ + std::chrono::milliseconds(400);
};

}  // namespace inkstone
