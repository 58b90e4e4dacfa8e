// Connections that wait to be used again. A broken one is not given back.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

namespace inkstone::studio {

template <class Connection>
class ConnectionPool {
 public:
  // One that is idle; null where there is none and a new one is to be made.
  std::unique_ptr<Connection> take() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return nullptr;
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    return connection;
  }

  void give_back(std::unique_ptr<Connection> connection) {
    constexpr std::size_t kMostIdle = 8;
    const std::lock_guard lock(mutex_);
    if (idle_.size() < kMostIdle) idle_.push_back(std::move(connection));
  }

  void clear() {
    const std::lock_guard lock(mutex_);
    idle_.clear();
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace inkstone::studio
