// The listener over real sockets, with a handler that says what it was asked.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

#include "inkstone/error.hpp"
#include "server/http/listener.hpp"

namespace inkstone::server {
namespace {

class Echo : public Handler {
 public:
  std::optional<Response> before_body(Request& request) override {
    if (request.target == "/refused") return text_response(403, "refused");
    return std::nullopt;
  }
  Response answer(Request& request) noexcept override {
    if (request.target == "/feed") return with_body(feed);
    if (request.target == "/later")
      return with_body(Later{[this](std::function<void()> ready) { wake.set_value(std::move(ready)); },
                             [] { return text_response(200, "at last"); }});
    if (request.target == "/file") return with_body(FileBody{file, 1, 3});
    return text_response(200, request.method + " " + request.body + " " + std::string(request.header("x-twice")));
  }
  Response refusal(int status, const std::string& detail) override { return text_response(status, detail); }
  void finished(const Request&, int status, double) override { last_status = status; }
  void connection_changed(int opened) override { open += opened; }

  static Response with_body(decltype(Response::body) body) {
    Response response;
    response.body = std::move(body);
    return response;
  }

  std::shared_ptr<Feed> feed = std::make_shared<Feed>();
  std::promise<std::function<void()>> wake;
  std::filesystem::path file;
  std::atomic<int> last_status{0}, open{0};
};

// A connection; what is read comes within five seconds or not at all.
class Client {
 public:
  explicit Client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval patience{5, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  ~Client() { ::close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void say(std::string_view text) { EXPECT_EQ(::send(socket_, text.data(), text.size(), MSG_NOSIGNAL), ssize_t(text.size())); }

  // Until there is mark, or nothing more comes.
  std::string hear(std::string_view mark) {
    auto end = heard_.find(mark);
    while (end == std::string::npos) {
      char piece[4096];
      const auto size = ::recv(socket_, piece, sizeof piece, 0);
      if (size <= 0) break;
      const auto searched = heard_.size() - std::min(heard_.size(), mark.size());
      heard_.append(piece, std::size_t(size));
      end = heard_.find(mark, searched);
    }
    const auto text = heard_.substr(0, end == std::string::npos ? heard_.size() : end + mark.size());
    heard_.erase(0, text.size());
    return text;
  }
  std::string rest() { return hear(std::string(64, '\1')); }

 private:
  int socket_;
  std::string heard_;
};

class ListenerTest : public testing::Test {
 protected:
  static ListenerSettings settings() {
    ListenerSettings settings;
    settings.body_bytes = 1000;
    settings.head_bytes = 2000;
    settings.head_seconds = settings.piece_seconds = 1;
    settings.connections = 3;
    settings.workers = 2;
    return settings;
  }
  Echo echo;
  Listener listener{settings(), echo};
};

bool says(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST_F(ListenerTest, AnswersOneAfterTheOtherOnOneConnection) {
  Client client(listener.port());
  client.say(
      "GET /a HTTP/1.1\r\nHost: x\r\nX-Twice: 1\r\nX-Twice: 2\r\n\r\nPOST /b HTTP/1.1\r\nHost: x\r\nContent-Length: "
      "4\r\n\r\nbody");
  EXPECT_TRUE(says(client.hear("1, 2"), "HTTP/1.1 200 OK\r\n"));
  EXPECT_TRUE(says(client.hear("POST body "), "Connection: keep-alive"));
  client.say(
      "POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n");
  EXPECT_TRUE(says(client.rest(), "POST abcde "));
}

TEST_F(ListenerTest, SendsHeadsAloneToHead) {
  Client client(listener.port());
  client.say("HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const auto head = client.rest();
  EXPECT_TRUE(says(head, "Content-Length: 6"));
  EXPECT_TRUE(head.ends_with("\r\n\r\n"));
}

TEST_F(ListenerTest, RefusesBeforeItReads) {
  const auto heard = [&](const std::string& text) {
    Client client(listener.port());
    client.say(text);
    return client.rest().substr(0, 12);
  };
  EXPECT_EQ(heard("POST /refused HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n"), "HTTP/1.1 403");
  EXPECT_EQ(heard("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n"), "HTTP/1.1 413");
  EXPECT_EQ(
      heard("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" + std::string(1001, 'x') + "\r\n0\r\n\r\n"),
      "HTTP/1.1 413");
  EXPECT_EQ(heard("GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(3000, 'x') + "\r\n\r\n"), "HTTP/1.1 431");
  EXPECT_EQ(heard("\x16\x03\x01 nonsense\r\n\r\n"), "HTTP/1.1 400");
  EXPECT_EQ(heard("GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n"), "HTTP/1.1 400");
  EXPECT_EQ(heard("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"), "HTTP/1.1 400");
}

TEST_F(ListenerTest, LeavesWhoDawdles) {
  for (const char* half : {"GET / HT", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf"}) {
    Client client(listener.port());
    client.say(half);
    const auto started = std::chrono::steady_clock::now();
    EXPECT_EQ(client.rest(), "");
    EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(4));
  }
}

TEST_F(ListenerTest, InvitesABodyThatWaits) {
  Client client(listener.port());
  client.say("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.hear("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.say("ok");
  EXPECT_TRUE(says(client.hear("POST ok"), "200 OK"));
}

TEST_F(ListenerTest, FeedsUntilTheEnd) {
  Client client(listener.port());
  client.say("GET /feed HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(says(client.hear("\r\n\r\n"), "Connection: close"));
  echo.feed->push("one\n");
  EXPECT_EQ(client.hear("\n"), "one\n");
  echo.feed->push("two\n");
  EXPECT_EQ(client.hear("\n"), "two\n");
  echo.feed->close();
  EXPECT_EQ(client.rest(), "");
}

TEST_F(ListenerTest, FeedsWhatCameWhileItWrote) {
  constexpr std::size_t kMoreThanASocketHolds = std::size_t(32) << 20;
  echo.feed = std::make_shared<Feed>(2 * kMoreThanASocketHolds);
  Client client(listener.port());
  client.say("GET /feed HTTP/1.1\r\nHost: x\r\n\r\n");
  client.hear("\r\n\r\n");
  echo.feed->push("begun" + std::string(kMoreThanASocketHolds, '.') + "\n");
  EXPECT_EQ(client.hear("begun"), "begun");
  echo.feed->push("two\n");
  EXPECT_EQ(client.hear("\n").size(), kMoreThanASocketHolds + 1);
  EXPECT_EQ(client.hear("\n"), "two\n");
}

TEST_F(ListenerTest, WaitsForWhatComesLater) {
  Client client(listener.port());
  client.say("GET /later HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  echo.wake.get_future().get()();
  EXPECT_TRUE(says(client.rest(), "at last"));
}

TEST_F(ListenerTest, SendsAShareOfAFile) {
  echo.file = std::filesystem::temp_directory_path() / ("inkstone-listener-" + std::to_string(::getpid()));
  std::ofstream(echo.file) << "abcdef";
  Client client(listener.port());
  client.say("GET /file HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(client.rest().ends_with("\r\n\r\nbcd"));
  std::filesystem::remove(echo.file);
}

TEST_F(ListenerTest, HasRoomForSoManyAndEndsInOrder) {
  {
    Client a(listener.port()), b(listener.port()), c(listener.port());
    a.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(says(a.hear("GET "), "200"));
    c.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(says(c.hear("GET "), "200"));
    Client d(listener.port());
    EXPECT_EQ(d.rest(), "");
  }
  listener.drain(1000);
  EXPECT_EQ(echo.last_status, 200);
}

TEST(Listener, SaysWhatItCannotUse) {
  Echo echo;
  ListenerSettings settings;
  settings.address = "not an address";
  EXPECT_THROW(Listener(settings, echo), Error);
  settings.address = "127.0.0.1";
  settings.certificate = settings.key = "/nowhere.pem";
  EXPECT_THROW(Listener(settings, echo), Error);
  settings.certificate = settings.key = "";
  const Listener first(settings, echo);
  settings.port = first.port();
  EXPECT_NO_THROW(Listener(ListenerSettings{}, echo));
}

}  // namespace
}  // namespace inkstone::server
