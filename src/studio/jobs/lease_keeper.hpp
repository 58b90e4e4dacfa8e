// Takes jobs back from workers that have died. A lease is over when its holder has shown no new sign of life for so long by this
// process's own steady clock: no two clocks are ever compared, so a wall clock that jumps, here or elsewhere, ends no lease and
// lengthens none.
#pragma once

#include <chrono>
#include <map>
#include <string>

#include "studio/jobs/job_store.hpp"

namespace inkstone::studio {

class LeaseKeeper {
 public:
  using Clock = std::chrono::steady_clock;

  LeaseKeeper(JobStore& store, double lease_seconds, int most_attempts);

  // Looks at what runs; now: of the steady clock, which tests set. Throws io.
  void look(Clock::time_point now);

 private:
  struct Seen {
    std::string token;
    std::int64_t beats = 0;
    Clock::time_point since;
  };

  bool is_over(const RunningJob& job, Clock::time_point now);

  JobStore& store_;
  const Clock::duration lease_;
  const int most_attempts_;
  std::map<std::string, Seen> seen_;  // by job
};

}  // namespace inkstone::studio
