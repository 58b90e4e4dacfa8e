#include "studio/jobs/watch.hpp"

#include <algorithm>

namespace inkstone::studio {
namespace {

constexpr std::size_t kRecent = 4096;
constexpr std::int64_t kKeptEvents = 20000;
constexpr int kAtOnce = 1000;
constexpr std::int64_t kGlanceMilliseconds = 500;
constexpr auto kBetweenSettlings = std::chrono::milliseconds(250);
constexpr auto kBetweenCleanings = std::chrono::minutes(1);
constexpr auto kLongestBetweenLooks = std::chrono::seconds(5);

}  // namespace

Watch::Watch(JobStore& store, double lease_seconds, int most_attempts)
    : store_(store),
      keeper_(store, lease_seconds, most_attempts),
      between_looks_(std::min<LeaseKeeper::Clock::duration>(kLongestBetweenLooks,
                                                            std::chrono::milliseconds(std::int64_t(lease_seconds * 250)))) {
  first_known_ = last_ = store.last_event();
  keeper_.look(LeaseKeeper::Clock::now());
  thread_ = std::thread([this] { run(); });
}

Watch::~Watch() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  store_.database().wake();
  thread_.join();
}

std::uint64_t Watch::changes() const {
  const std::lock_guard lock(mutex_);
  return changes_;
}

void Watch::await(std::uint64_t known, std::int64_t milliseconds) const {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, std::chrono::milliseconds(milliseconds), [&] { return ending_ || changes_ > known; });
}

void Watch::stir() {
  {
    const std::lock_guard lock(mutex_);
    ++changes_;
  }
  changed_.notify_all();
}

std::int64_t Watch::last_event() const {
  const std::lock_guard lock(mutex_);
  return last_;
}

void Watch::run() {
  using Clock = LeaseKeeper::Clock;
  auto looked = Clock::now(), cleaned = looked, settled = looked;
  for (;;) {
    {
      const std::lock_guard lock(mutex_);
      if (ending_) return;
    }
    try {
      store_.database().await_change(std::min<std::int64_t>(
          kGlanceMilliseconds, std::chrono::duration_cast<std::chrono::milliseconds>(between_looks_).count() + 1));
      take_news();
      if (const auto now = Clock::now(); now - looked >= between_looks_) {
        keeper_.look(now);
        looked = now;
      }
      if (const auto now = Clock::now(); now - settled >= kBetweenSettlings) {
        store_.database().settle();
        settled = now;
      }
      if (const auto now = Clock::now(); now - cleaned >= kBetweenCleanings) {
        store_.forget_old_events(kKeptEvents);
        cleaned = now;
      }
      reachable_ = true;
    } catch (const Error&) {  // the database is gone; it may come back
      reachable_ = false;
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, std::chrono::milliseconds(kGlanceMilliseconds), [this] { return ending_; });
    }
  }
}

void Watch::take_news() {
  std::vector<JobEvent> events;
  do {
    events = store_.events_after(last_event(), "", kAtOnce);
    const std::lock_guard lock(mutex_);
    for (auto& event : events) {
      last_ = event.number;
      if (event.kind == "removed")  // what is erased is not to be told any more
        std::erase_if(recent_, [&](const JobEvent& old) {
          return old.owner == event.owner && (event.job.empty() || old.job == event.job);
        });
      recent_.push_back(std::move(event));
      if (recent_.size() > kRecent) {
        first_known_ = recent_.front().number;
        recent_.pop_front();
      }
    }
    ++changes_;
  } while (int(events.size()) == kAtOnce);
  changed_.notify_all();
}

std::vector<JobEvent> Watch::known_events(std::int64_t number, const std::string& owner) const {
  std::vector<JobEvent> events;
  auto event = std::upper_bound(recent_.begin(), recent_.end(), number,
                                [](std::int64_t wanted, const JobEvent& one) { return wanted < one.number; });
  for (; event != recent_.end() && int(events.size()) < kAtOnce; ++event)
    if (owner.empty() || event->owner == owner) events.push_back(*event);
  return events;
}

std::vector<JobEvent> Watch::events_since(std::int64_t number, const std::string& owner, std::int64_t milliseconds) const {
  {
    std::unique_lock lock(mutex_);
    if (number >= first_known_) {
      std::vector<JobEvent> events;
      changed_.wait_for(lock, std::chrono::milliseconds(milliseconds),
                        [&] { return ending_ || !(events = known_events(number, owner)).empty(); });
      return events;
    }
  }
  auto events = store_.events_after(number, owner, kAtOnce);
  return events.empty() && milliseconds > 0 ? events_since(last_event(), owner, milliseconds) : events;
}

}  // namespace inkstone::studio
