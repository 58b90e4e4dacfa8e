// Counters of the server in Prometheus' text format 0.0.4.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <tuple>

namespace inkstone {
struct JobsSummary;
}

namespace inkstone::server {

class Metrics {
 public:
  // route: the pattern, so that there are few series; empty: of none.
  void count_request(const std::string& method, const std::string& route, int status, double seconds);

  std::atomic<std::int64_t> connections{0}, streams{0}, refused_connections{0};

  std::string text(const JobsSummary& jobs) const;

 private:
  static constexpr std::array<double, 8> kBounds = {0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60};  // seconds

  mutable std::mutex mutex_;
  std::map<std::tuple<std::string, std::string, int>, std::int64_t> requests_;
  std::array<std::int64_t, kBounds.size() + 1> buckets_{};
  double seconds_ = 0;
};

}  // namespace inkstone::server
