#include "server/http/feed.hpp"

namespace inkstone::server {

Feed::Feed(std::size_t limit) : limit_(limit) {}

bool Feed::push(std::string_view text) {
  bool open = false;
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return false;
    open = waiting_.size() + text.size() <= limit_;
    if (open)
      waiting_ += text;
    else
      closed_ = true;
  }
  call_wake();
  return open;
}

void Feed::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  call_wake();
}

Feed::Taken Feed::take() {
  const std::lock_guard lock(mutex_);
  Taken taken{std::move(waiting_), closed_};
  waiting_.clear();
  return taken;
}

void Feed::when_ready(std::function<void()> wake) {
  const std::lock_guard lock(mutex_);
  wake_ = std::move(wake);
}

bool Feed::closed() const {
  const std::lock_guard lock(mutex_);
  return closed_;
}

// Outside the lock: waking may take what waits.
void Feed::call_wake() {
  std::function<void()> wake;
  {
    const std::lock_guard lock(mutex_);
    wake = wake_;
  }
  if (wake) wake();
}

}  // namespace inkstone::server
