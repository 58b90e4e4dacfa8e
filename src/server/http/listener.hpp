// The carrier of requests: accepts connections, reads what comes within deadlines and limits, has it answered on threads of its
// own, and writes what is answered. Boost.Beast with coroutines, so that hundreds of idle event streams cost no thread; it is
// seen in this file's .cpp alone.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "server/http/message.hpp"

namespace inkstone::server {

struct ListenerSettings {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;                  // 0: a free one
  std::filesystem::path certificate, key;  // PEM; empty: no TLS
  int connections = 1024, connections_per_address = 768;
  std::uint32_t head_bytes = 16 * 1024;
  std::uint64_t body_bytes = std::uint64_t(64) << 20;
  std::uint64_t bodies_bytes = std::uint64_t(1) << 30;  // of all bodies that are being received or answered
  // Seconds: for the whole head of a request; between two pieces of a body, and for all of it; for a piece of an answer; between
  // two requests.
  int head_seconds = 10, piece_seconds = 15, body_seconds = 300, write_seconds = 30, idle_seconds = 60;
  int keep_alive_seconds = 15;  // a quiet feed says something so often
  int io_threads = 2, workers = 8;
};

// What answers. Called from many threads.
class Handler {
 public:
  virtual ~Handler() = default;
  // With the head alone, before a byte of the body is read; an answer here refuses the request. Must not block for long.
  virtual std::optional<Response> before_body(Request& request) = 0;
  // The whole request, on a worker's thread. Throws nothing.
  virtual Response answer(Request& request) noexcept = 0;
  // For what cannot even be read: 400, 408, 413, 431, 503.
  virtual Response refusal(int status, const std::string& detail) = 0;
  // Once per request that had a head, when its answer has been written or the client has gone.
  virtual void finished(const Request& request, int status, double seconds) = 0;
  virtual void connection_changed(int opened) = 0;  // +1, -1; 0: one was refused
};

class Listener {
 public:
  // Listens at once. handler outlives it. Throws io: address or port; corrupt_file: certificate or key.
  Listener(ListenerSettings settings, Handler& handler);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  std::uint16_t port() const;
  // No new connections and no second request on those that are; waits for answers on their way.
  void drain(std::int64_t milliseconds);

  struct State;

 private:
  std::unique_ptr<State> state_;
};

}  // namespace inkstone::server
