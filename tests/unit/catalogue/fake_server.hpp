// An HTTP server on 127.0.0.1 that sends exactly the bytes a test gives it, so that a test can break the rules: cut a
// body, ignore a range, announce a wrong length. One connection at a time, each closed after its answer.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace inkstone::test {

struct FakeRequest {
  std::string path;
  long range_start = -1;  // of "Range: bytes=N-"; -1: none
};

inline FakeRequest parse_request(const std::string& text) {
  FakeRequest request;
  const auto begin = text.find(' ') + 1;
  request.path = text.substr(begin, text.find(' ', begin) - begin);
  if (const auto at = text.find("Range: bytes="); at != std::string::npos) request.range_start = std::stol(text.substr(at + 13));
  return request;
}

class FakeServer {
 public:
  using Handler = std::function<std::string(const FakeRequest&)>;

  explicit FakeServer(Handler handler)
      : handler_(std::move(handler)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 8) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
      throw std::runtime_error("no port on 127.0.0.1");
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~FakeServer() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }

  std::string url(const std::string& path) const { return "http://127.0.0.1:" + std::to_string(port_) + path; }
  std::vector<FakeRequest> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void serve() {
    for (;;) {
      const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (connection < 0) return;
      answer(connection);
      ::close(connection);
    }
  }

  void answer(int connection) {
    std::string text;
    char block[4096];
    while (text.find("\r\n\r\n") == std::string::npos) {
      const auto got = ::recv(connection, block, sizeof block, 0);
      if (got <= 0) return;
      text.append(block, static_cast<std::size_t>(got));
    }
    const auto request = parse_request(text);
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
    }
    const auto response = handler_(request);
    for (std::size_t sent = 0; sent < response.size();) {
      const auto got = ::send(connection, response.data() + sent, response.size() - sent, MSG_NOSIGNAL);
      if (got <= 0) return;
      sent += static_cast<std::size_t>(got);
    }
  }

  Handler handler_;
  int listener_;
  int port_ = 0;
  std::vector<FakeRequest> requests_;
  mutable std::mutex mutex_;
  std::thread thread_;
};

inline std::string ok(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

inline std::string partial(const std::string& body, long start) {
  const auto rest = body.substr(static_cast<std::size_t>(start));
  return "HTTP/1.1 206 Partial Content\r\nConnection: close\r\nContent-Range: bytes " + std::to_string(start) + "-" +
         std::to_string(body.size() - 1) + "/" + std::to_string(body.size()) +
         "\r\nContent-Length: " + std::to_string(rest.size()) + "\r\n\r\n" + rest;
}

inline std::string status(int code) {
  return "HTTP/1.1 " + std::to_string(code) + " Some Reason\r\nConnection: close\r\nContent-Length: 4\r\n\r\nnope";
}

}  // namespace inkstone::test
