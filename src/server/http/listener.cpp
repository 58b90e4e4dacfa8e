#include "server/http/listener.hpp"

#include "server/http/conversation.hpp"

namespace inkstone::server {

using namespace listening;

namespace {

asio::ssl::context tls_context(const ListenerSettings& settings) {
  asio::ssl::context context(asio::ssl::context::tls_server);
  if (settings.certificate.empty()) return context;
  beast::error_code error;
  context.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1,
                      error);
  context.use_certificate_chain_file(settings.certificate.string(), error);
  if (error)
    throw Error(ErrorCategory::corrupt_file,
                fmt::format("no certificate can be read from {}: {}", settings.certificate.string(), error.message()));
  context.use_private_key_file(settings.key.string(), asio::ssl::context::pem, error);
  if (error)
    throw Error(ErrorCategory::corrupt_file, fmt::format("no private key for that certificate can be read from {}: {}",
                                                         settings.key.string(), error.message()));
  return context;
}

}  // namespace

Listener::State::State(ListenerSettings given, Handler& who)
    : settings(std::move(given)),
      handler(who),
      tls(tls_context(settings)),
      acceptor(asio::make_strand(io)),
      workers(settings.workers) {}

namespace {

asio::awaitable<void> converse(Listener::State& state, Tcp::socket socket, std::string peer) {
  try {
    if (state.settings.certificate.empty()) {
      PlainStream stream(std::move(socket));
      Conversation conversation(state, stream, peer);
      co_await conversation.run();
    } else {
      SecureStream stream(std::move(socket), state.tls);
      beast::get_lowest_layer(stream).expires_after(Seconds(state.settings.head_seconds));
      const auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::server, kResult);
      if (!error) {
        Conversation conversation(state, stream, peer);
        co_await conversation.run();
        beast::get_lowest_layer(stream).expires_after(Seconds(2));
        co_await stream.async_shutdown(kResult);
      }
    }
  } catch (const std::exception&) {  // memory; the connection is closed and the server lives
  }
  state.dismiss(peer);
}

}  // namespace

void Listener::State::listen() {
  beast::error_code error;
  const auto address = asio::ip::make_address(settings.address == "localhost" ? "127.0.0.1" : settings.address, error);
  if (error)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("--listen-ip takes an address like 127.0.0.1, not '{}'", settings.address));
  const Tcp::endpoint endpoint(address, settings.port);
  const auto check = [&](const char* what) {
    if (error)
      throw Error(ErrorCategory::io, fmt::format("cannot {} {} port {}: {}; choose another with --listen-port", what,
                                                 settings.address, settings.port, error.message()));
  };
  acceptor.open(endpoint.protocol(), error), check("use");
  acceptor.set_option(asio::socket_base::reuse_address(true), error), check("use");
  acceptor.bind(endpoint, error), check("listen on");
  acceptor.listen(1024, error), check("listen on");
}

asio::awaitable<void> Listener::State::accept() {
  for (;;) {
    auto [error, socket] = co_await acceptor.async_accept(asio::make_strand(io), kResult);
    if (draining || error == asio::error::operation_aborted) co_return;
    if (error) {  // out of file descriptors, most likely: others will close
      asio::steady_timer pause(acceptor.get_executor(), std::chrono::milliseconds(100));
      co_await pause.async_wait(kResult);
      continue;
    }
    const auto end = socket.remote_endpoint(error);
    if (error) continue;
    auto peer = end.address().to_string();
    if (!admit(peer)) continue;
    socket.set_option(Tcp::no_delay(true), error);
    auto executor = socket.get_executor();
    co_spawn(executor, converse(*this, std::move(socket), std::move(peer)), asio::detached);
  }
}

bool Listener::State::admit(const std::string& peer) {
  const std::lock_guard lock(mutex);
  int& mine = by_address[peer];
  if (open >= settings.connections || mine >= settings.connections_per_address) {
    handler.connection_changed(0);
    return false;
  }
  ++mine;
  ++open;
  handler.connection_changed(1);
  return true;
}

void Listener::State::dismiss(const std::string& peer) {
  const std::lock_guard lock(mutex);
  if (--by_address[peer] == 0) by_address.erase(peer);
  --open;
  handler.connection_changed(-1);
}

bool Listener::State::reserve(std::uint64_t bytes) {
  auto now = bodies.load();
  do {
    if (now + bytes > settings.bodies_bytes) return false;
  } while (!bodies.compare_exchange_weak(now, now + bytes));
  return true;
}

Listener::Listener(ListenerSettings settings, Handler& handler) : state_(std::make_unique<State>(std::move(settings), handler)) {
  state_->listen();
  co_spawn(state_->acceptor.get_executor(), state_->accept(), asio::detached);
  for (int k = 0; k < state_->settings.io_threads; ++k) state_->threads.emplace_back([state = state_.get()] { state->io.run(); });
}

Listener::~Listener() {
  state_->draining = true;
  state_->io.stop();
  for (auto& thread : state_->threads) thread.join();
  state_->workers.join();
}

std::uint16_t Listener::port() const {
  return state_->acceptor.local_endpoint().port();
}

void Listener::drain(std::int64_t milliseconds) {
  state_->draining = true;
  asio::post(state_->acceptor.get_executor(), [state = state_.get()] {
    beast::error_code ignored;
    state->acceptor.close(ignored);
  });
  const auto end = Clock::now() + std::chrono::milliseconds(milliseconds);
  while (state_->exchanges > 0 && Clock::now() < end) std::this_thread::sleep_for(std::chrono::milliseconds(20));
}

}  // namespace inkstone::server
