// One thread that waits for changes of the database, whoever made them, so that any number of listeners cost it one question per
// change. It also keeps the leases.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "studio/jobs/job_store.hpp"
#include "studio/jobs/lease_keeper.hpp"

namespace inkstone::studio {

class Watch {
 public:
  Watch(JobStore& store, double lease_seconds, int most_attempts);
  ~Watch();

  // Number of changes so far: what was read after asking is at least as new.
  std::uint64_t changes() const;
  // Blocks until there are more than known, the time is over or the watch ends.
  void await(std::uint64_t known, std::int64_t milliseconds) const;
  // Whoever waits looks again.
  void stir();

  std::vector<JobEvent> events_since(std::int64_t number, const std::string& owner, std::int64_t milliseconds) const;
  std::int64_t last_event() const;
  bool reachable() const { return reachable_; }

 private:
  void run();
  void take_news();
  std::vector<JobEvent> known_events(std::int64_t number, const std::string& owner) const;

  JobStore& store_;
  LeaseKeeper keeper_;
  const LeaseKeeper::Clock::duration between_looks_;

  mutable std::mutex mutex_;  // of what follows
  mutable std::condition_variable changed_;
  std::uint64_t changes_ = 0;
  std::deque<JobEvent> recent_;
  std::int64_t first_known_ = 0, last_ = 0;  // recent_ holds every event after first_known_
  bool ending_ = false;

  std::atomic<bool> reachable_ = true;
  std::thread thread_;
};

}  // namespace inkstone::studio
