#include "server/safety/rate_limiter.hpp"

#include <algorithm>

namespace inkstone::server {
namespace {

constexpr std::size_t kManyBuckets = 10'000;

double seconds_between(RateLimiter::Clock::time_point a, RateLimiter::Clock::time_point b) {
  return std::max(0.0, std::chrono::duration<double>(b - a).count());
}

}  // namespace

RateLimiter::RateLimiter(double per_second, double burst) : per_second_(per_second), burst_(burst) {}

RateLimiter::Bucket& RateLimiter::filled(const std::string& name, Clock::time_point now) {
  if (buckets_.size() > kManyBuckets) forget_full(now);
  auto& bucket = buckets_.try_emplace(name, Bucket{burst_, now}).first->second;
  bucket.level = std::min(burst_, bucket.level + per_second_ * seconds_between(bucket.at, now));
  bucket.at = now;
  return bucket;
}

// A full bucket is as good as none.
void RateLimiter::forget_full(Clock::time_point now) {
  std::erase_if(buckets_, [&](const auto& entry) {
    return entry.second.level + per_second_ * seconds_between(entry.second.at, now) >= burst_;
  });
}

bool RateLimiter::take(const std::string& name, Clock::time_point now) {
  if (per_second_ <= 0) return true;
  const std::lock_guard lock(mutex_);
  auto& bucket = filled(name, now);
  if (bucket.level < 1) return false;
  bucket.level -= 1;
  return true;
}

bool RateLimiter::left(const std::string& name, Clock::time_point now) {
  if (per_second_ <= 0) return true;
  const std::lock_guard lock(mutex_);
  return filled(name, now).level >= 1;
}

}  // namespace inkstone::server
