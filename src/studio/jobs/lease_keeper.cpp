#include "studio/jobs/lease_keeper.hpp"

#include "studio/jobs/process_mark.hpp"

namespace inkstone::studio {

LeaseKeeper::LeaseKeeper(JobStore& store, double lease_seconds, int most_attempts)
    : store_(store),
      lease_(std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(lease_seconds))),
      most_attempts_(most_attempts) {}

void LeaseKeeper::look(Clock::time_point now) {
  std::map<std::string, Seen> still;
  for (const auto& job : store_.running()) {
    if (has_died(job.worker) || is_over(job, now))
      store_.take_back(job, most_attempts_);
    else
      still[job.id] = seen_[job.id];
  }
  seen_ = std::move(still);
}

bool LeaseKeeper::is_over(const RunningJob& job, Clock::time_point now) {
  auto& seen = seen_[job.id];
  if (seen.token != job.token || seen.beats != job.beats) {
    seen = {job.token, job.beats, now};
    return false;
  }
  return now - seen.since >= lease_;
}

}  // namespace inkstone::studio
