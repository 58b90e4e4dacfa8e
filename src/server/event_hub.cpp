#include "server/event_hub.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace inkstone::server {
namespace {

using nlohmann::json;

json event_data(const JobEvent& event) {
  auto data = json::parse(event.data, nullptr, false);
  return data.is_object() ? data : json::object();
}

bool ends_job(const JobEvent& event) {
  if (event.kind == "removed") return true;
  if (event.kind != "state") return false;
  const auto data = event_data(event);
  const auto state = state_of(data.value("state", ""));
  return state && is_last_state(*state);
}

bool concerns(const EventHub::Wish& wish, const JobEvent& event) {
  return (wish.owner.empty() || wish.owner == event.owner) && (wish.job.empty() || wish.job == event.job);
}

}  // namespace

std::string event_text(const JobEvent& event) {
  auto data = event_data(event);
  data["job"] = event.job;
  return fmt::format("id: {}\nevent: {}\ndata: {}\n\n", event.number, event.kind,
                     data.dump(-1, ' ', false, json::error_handler_t::replace));
}

bool is_last_state(JobState state) {
  return state == JobState::done || state == JobState::failed || state == JobState::cancelled;
}

EventHub::EventHub(const Jobs& jobs)
    : jobs_(jobs), number_(jobs.last_event()), thread_([this](std::stop_token stop) { watch(stop); }) {}

EventHub::~EventHub() {
  stop();
}

void EventHub::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
  std::multimap<std::string, std::function<void()>> waiting;
  {
    const std::lock_guard lock(mutex_);
    for (auto& follower : followers_) follower.feed->close();
    followers_.clear();
    waiting.swap(waiting_);
  }
  for (const auto& [job, ready] : waiting) ready();
}

// What was missed is read before the lock, what came in the meantime under it, so that nothing is told twice or not at all.
std::shared_ptr<Feed> EventHub::follow(const Wish& wish) {
  auto feed = std::make_shared<Feed>();
  feed->push("retry: 2000\n\n" + wish.greeting);
  const std::lock_guard lock(mutex_);
  bool over = !wish.job.empty() && ended(wish.job);
  if (wish.after && *wish.after < number_)
    for (const auto& event : jobs_.events_since(*wish.after, wish.owner, 0))
      if (event.number <= number_ && concerns(wish, event)) feed->push(event_text(event));
  if (over)
    feed->close();
  else
    followers_.push_back({wish, feed});
  return feed;
}

void EventHub::when_ended(const std::string& job, std::function<void()> ready) {
  {
    const std::lock_guard lock(mutex_);
    if (!ended(job)) {
      waiting_.emplace(job, std::move(ready));
      return;
    }
  }
  ready();
}

std::size_t EventHub::followers() const {
  const std::lock_guard lock(mutex_);
  return followers_.size();
}

bool EventHub::ended(const std::string& job) const {
  try {
    return is_last_state(jobs_.find(job).state);
  } catch (const Error& error) {
    return error.category() == ErrorCategory::not_found;
  }
}

void EventHub::watch(std::stop_token stop) {
  while (!stop.stop_requested()) {
    try {
      const auto events = jobs_.events_since(number_, "", 500);
      if (!events.empty()) tell(events);
    } catch (const Error&) {  // the database is away; it comes back
      std::this_thread::sleep_for(std::chrono::milliseconds(500));
    }
  }
}

void EventHub::tell(const std::vector<JobEvent>& events) {
  std::vector<std::function<void()>> ready;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& event : events) {
      const bool last = ends_job(event);
      const auto text = event_text(event);
      for (auto& follower : followers_)
        if (concerns(follower.wish, event)) {
          follower.feed->push(text);
          if (last && !follower.wish.job.empty()) follower.feed->close();
        }
      if (!last) continue;
      const auto [first, past] = waiting_.equal_range(event.job);
      for (auto each = first; each != past; ++each) ready.push_back(std::move(each->second));
      waiting_.erase(first, past);
    }
    number_ = std::max(number_, events.back().number);
    std::erase_if(followers_, [](const Follower& follower) { return follower.feed->closed(); });
  }
  for (const auto& call : ready) call();
}

}  // namespace inkstone::server
