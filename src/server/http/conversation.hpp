// One connection of the listener as a coroutine: requests in, answers, files and feeds out. Private to listener.cpp, which alone
// reads Boost.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <fstream>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include "core/text.hpp"
#include "inkstone/error.hpp"
#include "server/http/listener.hpp"

namespace inkstone::server {
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

namespace listening {

using Tcp = asio::ip::tcp;
using Seconds = std::chrono::seconds;
using Clock = std::chrono::steady_clock;
using PlainStream = beast::tcp_stream;
using SecureStream = beast::ssl_stream<beast::tcp_stream>;
using Parser = http::request_parser<http::string_body>;
inline constexpr auto kResult = asio::as_tuple(asio::use_awaitable);
inline constexpr std::size_t kPiece = 256 * 1024;

inline std::string joined(const std::string& a, std::string_view b, std::string_view name) {
  return a + (name == "cookie" ? "; " : ", ") + std::string(b);
}

// False where a header that decides who is meant came twice.
inline bool take_head(const http::request_header<>& head, Request& request) {
  request.method = std::string(head.method_string());
  request.target = std::string(head.target());
  for (const auto& field : head) {
    auto name = lower_ascii(std::string(field.name_string()));
    const auto [at, fresh] = request.headers.try_emplace(name, field.value());
    if (fresh) continue;
    if (name == "host" || name == "authorization" || name == "origin" || name == "content-type") return false;
    at->second = joined(at->second, std::string_view(field.value()), name);
  }
  return true;
}

inline bool is_parse_error(const beast::error_code& error) {
  return error.category() == http::make_error_code(http::error::bad_method).category() && error != http::error::end_of_stream &&
         error != http::error::partial_message;
}

}  // namespace listening

struct Listener::State {
  State(ListenerSettings given, Handler& who);

  const ListenerSettings settings;
  Handler& handler;
  asio::ssl::context tls;
  std::atomic<int> open{0}, exchanges{0};
  std::atomic<std::uint64_t> bodies{0};
  std::atomic<bool> draining{false};
  std::mutex mutex;
  std::map<std::string, int> by_address;
  asio::io_context io;  // goes before what its conversations use
  asio::ip::tcp::acceptor acceptor;
  asio::thread_pool workers;
  std::vector<std::thread> threads;

  void listen();
  asio::awaitable<void> accept();
  bool admit(const std::string& peer);
  void dismiss(const std::string& peer);
  bool reserve(std::uint64_t bytes);
};

namespace listening {

// How others wake a conversation, from any thread and without holding anything of it: once the bell has gone, pulling the cord
// does nothing. A ring that comes while the conversation does something else is heard when it next listens.
class Bell {
 public:
  explicit Bell(const asio::any_io_executor& executor) : hook_(std::make_shared<Hook>()) {
    hook_->clapper = std::make_shared<Clapper>(executor);
  }
  ~Bell() {
    const std::lock_guard lock(hook_->mutex);
    hook_->clapper = nullptr;
  }
  Bell(const Bell&) = delete;
  Bell& operator=(const Bell&) = delete;

  std::function<void()> cord() const {
    return [hook = hook_] {
      const std::lock_guard lock(hook->mutex);
      if (!hook->clapper) return;
      asio::post(hook->clapper->timer.get_executor(), [clapper = hook->clapper] {
        clapper->rung = true;
        clapper->timer.cancel();
      });
    };
  }

  // Whether it has rung since this was last asked, or rings before end. On the conversation's executor.
  asio::awaitable<bool> rings_before(Clock::time_point end) {
    Clapper& clapper = *hook_->clapper;
    clapper.timer.expires_at(end);
    while (!clapper.rung && Clock::now() < end) co_await clapper.timer.async_wait(kResult);
    co_return std::exchange(clapper.rung, false);
  }

 private:
  struct Clapper {
    explicit Clapper(const asio::any_io_executor& executor) : timer(executor) {}
    asio::steady_timer timer;
    bool rung = false;
  };
  struct Hook {
    std::mutex mutex;
    std::shared_ptr<Clapper> clapper;
  };
  std::shared_ptr<Hook> hook_;
};

// One connection, from its first byte to its last.
template <class Stream>
class Conversation {
 public:
  Conversation(Listener::State& state, Stream& stream, std::string peer)
      : state_(state), stream_(stream), peer_(std::move(peer)) {}

  asio::awaitable<void> run() {
    bool again = true;
    while (again && !state_.draining) {
      again = co_await something_comes();
      if (again) again = co_await exchange();
    }
  }

 private:
  const ListenerSettings& settings() const { return state_.settings; }
  // Beast closes a connection whose deadline has passed: a client that dawdles gets no answer.
  void deadline(int seconds) { beast::get_lowest_layer(stream_).expires_after(Seconds(seconds)); }

  asio::awaitable<bool> something_comes() {
    if (buffer_.size() > 0) co_return true;
    deadline(settings().idle_seconds);
    const auto [error, size] = co_await stream_.async_read_some(buffer_.prepare(4096), kResult);
    if (error) co_return false;
    buffer_.commit(size);
    co_return true;
  }

  // That an exchange is on its way and holds so much memory, however it ends.
  struct Counted {
    explicit Counted(Conversation& of) : conversation(of) { ++of.state_.exchanges; }
    ~Counted() {
      conversation.state_.bodies -= conversation.reserved_;
      conversation.reserved_ = 0;
      --conversation.state_.exchanges;
    }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;
    Conversation& conversation;
  };

  // One request and its answer; whether there may be another.
  asio::awaitable<bool> exchange() {
    const Counted counted(*this);
    const auto started = Clock::now();
    Request request;
    request.peer = peer_;
    request.secure = std::is_same_v<Stream, SecureStream>;
    status_ = 0;
    reserved_ = 0;
    parser_.emplace();
    const bool again = co_await read_and_answer(request);
    parser_.reset();
    if (!request.method.empty())
      state_.handler.finished(request, status_, std::chrono::duration<double>(Clock::now() - started).count());
    co_return again;
  }

  asio::awaitable<bool> read_and_answer(Request& request) {
    parser_->header_limit(settings().head_bytes);
    parser_->body_limit(boost::none);
    deadline(settings().head_seconds);
    const auto [error, size] = co_await http::async_read_header(stream_, buffer_, *parser_, kResult);
    if (error) co_return co_await refuse_head(error);
    if (!take_head(parser_->get(), request)) co_return co_await refuse(400, "a header that may come once came twice");
    if (auto refusal = state_.handler.before_body(request)) {
      const bool again = co_await send(std::move(*refusal), request, parser_->is_done() && parser_->keep_alive());
      if (!parser_->is_done()) co_await linger();
      co_return again;
    }
    if (!parser_->is_done()) {
      const bool whole = co_await read_body(request);
      if (!whole && refused_ > 0) co_await refuse(refused_, reason_);
      if (!whole) co_return false;
    }
    request.body = std::move(parser_->get().body());
    const bool again = parser_->keep_alive();
    auto response = co_await answer(request);
    co_return co_await send(std::move(response), request, again);
  }

  asio::awaitable<bool> refuse_head(beast::error_code error) {
    if (error == http::error::header_limit || error == http::error::buffer_overflow)
      co_return co_await refuse(431, fmt::format("the head of a request may have {} bytes", settings().head_bytes));
    if (is_parse_error(error)) co_return co_await refuse(400, "this is no HTTP request");
    co_return false;
  }

  // Says why, and false.
  bool because(int status, std::string reason) {
    refused_ = status;
    reason_ = std::move(reason);
    return false;
  }

  bool too_large() { return because(413, fmt::format("a body may have {} megabytes", settings().body_bytes >> 20)); }

  // Whether there is room for it.
  bool may_come() {
    const auto length = parser_->content_length();
    if (length && *length > settings().body_bytes) return too_large();
    const auto bytes = length ? *length : settings().body_bytes;
    if (!state_.reserve(bytes)) return because(503, "too many large requests are on their way; try again in a moment");
    reserved_ = bytes;
    parser_->body_limit(settings().body_bytes);
    return true;
  }

  // False where it cannot be had: refused_ and reason_ say why, or refused_ is 0 and the client has gone.
  asio::awaitable<bool> read_body(const Request& request) {
    refused_ = 0;
    if (!may_come()) co_return false;
    if (lower_ascii(std::string(request.header("expect"))) == "100-continue") {
      const bool told = co_await write("HTTP/1.1 100 Continue\r\n\r\n");
      if (!told) co_return false;
    }
    const auto end = Clock::now() + Seconds(settings().body_seconds);
    while (!parser_->is_done()) {
      const auto left = std::chrono::duration_cast<Seconds>(end - Clock::now()).count();
      deadline(std::clamp<int>(int(left), 1, settings().piece_seconds));
      const auto [error, size] = co_await http::async_read_some(stream_, buffer_, *parser_, kResult);
      if (error == http::error::body_limit) co_return too_large();
      if (left <= 0) co_return because(408, "the body of the request took too long");
      if (error && is_parse_error(error)) co_return because(400, "the body of the request is malformed");
      if (error) co_return false;
    }
    co_return true;
  }

  // Handlers block, so they run elsewhere; what takes long is waited for without a thread.
  asio::awaitable<Response> answer(Request& request) {
    beast::get_lowest_layer(stream_).expires_never();
    auto response = co_await co_spawn(
        state_.workers, [this, &request]() -> asio::awaitable<Response> { co_return state_.handler.answer(request); },
        asio::use_awaitable);
    if (auto* later = std::get_if<Later>(&response.body)) {
      const auto patient = std::move(*later);
      co_await wait_for(patient.start);
      response = co_await co_spawn(
          state_.workers, [&patient]() -> asio::awaitable<Response> { co_return patient.finish(); }, asio::use_awaitable);
    }
    co_return response;
  }

  asio::awaitable<void> wait_for(const std::function<void(std::function<void()>)>& start) {
    Bell bell(stream_.get_executor());
    start(bell.cord());
    while (!co_await bell.rings_before(Clock::time_point::max())) {
    }
  }

  asio::awaitable<bool> refuse(int status, std::string detail) {
    auto response = state_.handler.refusal(status, detail);
    const Request none;
    co_await send(std::move(response), none, false);
    co_await linger();
    co_return false;
  }

  // What was not read yet is read and thrown away for a moment, since closing at once would take the answer from the client.
  asio::awaitable<void> linger() {
    beast::error_code ignored;
    beast::get_lowest_layer(stream_).socket().shutdown(Tcp::socket::shutdown_send, ignored);
    deadline(2);
    std::vector<char> waste(64 * 1024);
    for (std::size_t left = std::size_t(64) << 20; left > 0;) {
      const auto [error, size] = co_await beast::get_lowest_layer(stream_).async_read_some(asio::buffer(waste), kResult);
      if (error) break;
      left -= std::min(left, size);
    }
  }

  asio::awaitable<bool> send(Response response, const Request& request, bool again) {
    status_ = response.status;
    const bool head_only = request.method == "HEAD";
    auto* feed = std::get_if<std::shared_ptr<Feed>>(&response.body);
    again = again && !feed && !state_.draining;
    if (const auto* text = std::get_if<std::string>(&response.body); text && !(response.status == 204 || response.status == 304))
      response.set("Content-Length", std::to_string(text->size()));
    if (const auto* file = std::get_if<FileBody>(&response.body)) response.set("Content-Length", std::to_string(file->size));
    response.set("Connection", again ? "keep-alive" : "close");
    auto head = response_head(response);
    if (const auto* text = std::get_if<std::string>(&response.body); text && !head_only) {
      head += *text;
    }
    const bool written = co_await write(head);
    if (!written || head_only) co_return written&& again;
    if (const auto* file = std::get_if<FileBody>(&response.body)) {
      const bool whole = co_await write_file(*file);
      co_return whole&& again;
    }
    if (feed) co_await write_feed(**feed);
    co_return again;
  }

  asio::awaitable<bool> write(std::string_view text) {
    while (!text.empty()) {
      const auto piece = text.substr(0, kPiece);
      deadline(settings().write_seconds);
      const auto [error, size] = co_await asio::async_write(stream_, asio::buffer(piece.data(), piece.size()), kResult);
      if (error) co_return false;
      text.remove_prefix(piece.size());
    }
    co_return true;
  }

  asio::awaitable<bool> write_file(FileBody body) {
    std::ifstream file(body.path, std::ios::binary);
    file.seekg(std::streamoff(body.offset));
    std::string piece;
    while (body.size > 0) {
      piece.resize(std::min<std::uint64_t>(body.size, kPiece));
      if (!file.read(piece.data(), std::streamsize(piece.size()))) co_return false;
      const bool written = co_await write(piece);
      if (!written) co_return false;
      body.size -= piece.size();
    }
    co_return true;
  }

  asio::awaitable<void> write_feed(Feed& feed) {
    Bell bell(stream_.get_executor());
    feed.when_ready(bell.cord());
    bool rang = true;
    for (;;) {
      auto taken = feed.take();
      if (taken.text.empty() && !rang) taken.text = ": still here\n\n";
      if (!taken.text.empty()) {
        const bool written = co_await write(taken.text);
        if (!written) break;
      }
      if (taken.closed) break;
      rang = co_await bell.rings_before(Clock::now() + Seconds(settings().keep_alive_seconds));
    }
    feed.when_ready({});
    feed.close();
  }

  Listener::State& state_;
  Stream& stream_;
  const std::string peer_;
  beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  std::uint64_t reserved_ = 0;
  int status_ = 0, refused_ = 0;
  std::string reason_;
};

}  // namespace listening
}  // namespace inkstone::server
