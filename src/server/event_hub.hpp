// One thread that waits for what happens to jobs and tells everybody who follows: event streams, and requests that wait for their
// job.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "inkstone/jobs.hpp"
#include "server/http/feed.hpp"

namespace inkstone::server {

// A Server-Sent Event of the HTML standard; data gets the job's id beside what it says.
std::string event_text(const JobEvent& event);
bool is_last_state(JobState state);  // done, failed or cancelled

class EventHub {
 public:
  explicit EventHub(const Jobs& jobs);
  ~EventHub();
  EventHub(const EventHub&) = delete;
  EventHub& operator=(const EventHub&) = delete;

  struct Wish {
    std::string owner;                  // empty: of everybody
    std::string job;                    // empty: of all jobs; else the feed ends with it
    std::optional<std::int64_t> after;  // number of the last event that the client saw
    std::string greeting;               // goes first
  };
  std::shared_ptr<Feed> follow(const Wish& wish);

  // Calls ready once, from any thread, when the job is done, failed, cancelled or gone; at once where it is.
  void when_ended(const std::string& job, std::function<void()> ready);

  std::size_t followers() const;
  // Ends every feed, and lets who waits see how things stand.
  void stop();

 private:
  struct Follower {
    Wish wish;
    std::shared_ptr<Feed> feed;
  };
  void watch(std::stop_token stop);
  void tell(const std::vector<JobEvent>& events);
  bool ended(const std::string& job) const;

  const Jobs& jobs_;
  mutable std::mutex mutex_;
  std::int64_t number_ = 0;
  std::vector<Follower> followers_;
  std::multimap<std::string, std::function<void()>> waiting_;
  std::jthread thread_;
};

}  // namespace inkstone::server
