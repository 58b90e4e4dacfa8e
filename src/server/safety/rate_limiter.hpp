// Token buckets by name: so many requests a second, and a burst above that.
#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <unordered_map>

namespace inkstone::server {

class RateLimiter {
 public:
  using Clock = std::chrono::steady_clock;

  // per_second 0: never refuses.
  RateLimiter(double per_second, double burst);

  // Takes one from the bucket of name; false where it is empty.
  bool take(const std::string& name, Clock::time_point now = Clock::now());
  // Whether take would succeed, without taking.
  bool left(const std::string& name, Clock::time_point now = Clock::now());

 private:
  struct Bucket {
    double level = 0;
    Clock::time_point at;
  };
  Bucket& filled(const std::string& name, Clock::time_point now);
  void forget_full(Clock::time_point now);

  const double per_second_, burst_;
  std::mutex mutex_;
  std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace inkstone::server
