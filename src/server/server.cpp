#include "inkstone/server.hpp"

#include <cstdlib>

#include <fmt/format.h>

#include "server/application.hpp"
#include "server/event_hub.hpp"
#include "server/http/listener.hpp"
#include "server/log.hpp"
#include "server/metrics.hpp"
#include "server/safety/origins.hpp"
#include "server/safety/tokens.hpp"

namespace inkstone {
namespace {

namespace fs = std::filesystem;

fs::path token_file(const fs::path& folder) {
  return folder / "tokens.json";
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

server::ListenerSettings listener_settings(const ServeRequest& request) {
  server::ListenerSettings settings;
  settings.address = request.listen_ip;
  settings.port = static_cast<std::uint16_t>(request.listen_port);
  settings.certificate = request.certificate;
  settings.key = request.key;
  settings.connections = request.connections;
  settings.connections_per_address = std::max(4, request.connections * 3 / 4);
  settings.body_bytes = std::uint64_t(request.body_megabytes) << 20;
  settings.bodies_bytes = std::max(settings.bodies_bytes, settings.body_bytes * 2);
  return settings;
}

void check_safety(const ServeRequest& request, server::Tokens& tokens) {
  if (request.certificate.empty() != request.key.empty())
    throw Error(ErrorCategory::bad_argument, "--tls-certificate and --tls-key go together");
  if (!server::is_own_address(request.listen_ip) && !tokens.any())
    throw Error(
        ErrorCategory::bad_argument,
        fmt::format("{} can be reached from other machines, so a token is needed: make one with `inkstone token create NAME`",
                    request.listen_ip));
}

}  // namespace

struct Server::State {
  State(Jobs& jobs, const ServeRequest& request)
      : settings(request),
        tokens(token_file(jobs.settings().folder)),
        audit(jobs.settings().folder / "audit.log"),
        hub(jobs),
        service{jobs, settings, tokens, hub, metrics, log, audit, choices},
        application(service) {}

  const ServeRequest settings;
  server::Tokens tokens;
  server::Log log, audit;
  server::Metrics metrics;
  server::webui::WebUiChoices choices;
  server::EventHub hub;
  server::Service service;
  server::Application application;
  std::unique_ptr<server::Listener> listener;
};

Server::Server(Jobs& jobs, const ServeRequest& request) : state_(std::make_unique<State>(jobs, request)) {
  check_safety(request, state_->tokens);
  state_->listener = std::make_unique<server::Listener>(listener_settings(request), state_->application);
  state_->log.write("listening", {{"address", address()}, {"folder", jobs.settings().folder.string()}});
}

// Feeds end before the connections that write them.
Server::~Server() {
  state_->hub.stop();
  state_->listener.reset();
}

std::string Server::address() const {
  const auto& ip = state_->settings.listen_ip;
  return fmt::format("{}://{}:{}/", state_->settings.certificate.empty() ? "http" : "https",
                     ip.find(':') == std::string::npos ? ip : "[" + ip + "]", state_->listener->port());
}

void Server::drain(std::int64_t milliseconds) {
  constexpr std::int64_t kLastAnswers = 5000;
  state_->service.draining = true;
  state_->log.write("draining", {{"milliseconds", milliseconds}});
  state_->service.jobs.drain(milliseconds);
  state_->hub.stop();
  state_->listener->drain(kLastAnswers);
}

NewToken create_token(const fs::path& folder, const TokenOrder& order) {
  return server::Tokens(token_file(folder)).create(order);
}
std::vector<TokenInfo> list_tokens(const fs::path& folder) {
  return server::Tokens(token_file(folder)).list();
}
void revoke_token(const fs::path& folder, const std::string& id_or_name) {
  server::Tokens(token_file(folder)).revoke(id_or_name);
}

fs::path studio_folder(const ServeRequest& request) {
  if (!request.folder.empty()) return fs::absolute(request.folder);
  if (const auto home = environment("INKSTONE_HOME"); !home.empty()) return fs::absolute(home) / "studio";
  if (const fs::path data = environment("XDG_DATA_HOME"); data.is_absolute()) return data / "inkstone/studio";
  if (const auto home = environment("HOME"); !home.empty()) return fs::path(home) / ".local/share/inkstone/studio";
  throw Error(ErrorCategory::bad_argument, "there is no home folder to keep jobs in; name one with --folder");
}

}  // namespace inkstone
