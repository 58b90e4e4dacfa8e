// A response body that comes bit by bit: the pipe between whoever makes events and the connection that writes them. A reader that
// falls too far behind is cut off rather than fed from memory; it comes back and says what it has seen last.
#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

namespace inkstone::server {

class Feed {
 public:
  explicit Feed(std::size_t limit = std::size_t(1) << 20);

  // False once it is closed, which it also is when more than limit bytes wait.
  bool push(std::string_view text);
  void close();

  struct Taken {
    std::string text;
    bool closed = false;  // nothing comes after text
  };
  Taken take();

  // wake is called after every push and close, from the thread that did it. Empty: nobody listens any more.
  void when_ready(std::function<void()> wake);
  // The writer has gone.
  bool closed() const;

 private:
  void call_wake();

  const std::size_t limit_;
  mutable std::mutex mutex_;
  std::string waiting_;
  bool closed_ = false;
  std::function<void()> wake_;
};

}  // namespace inkstone::server
