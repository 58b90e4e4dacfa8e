// Between the listener and the routes: who may ask at all, who asks, for what, how often; then the route's handler, and every
// error as a problem document with the headers that keep browsers careful.
#pragma once

#include <set>

#include "server/http/listener.hpp"
#include "server/problem.hpp"
#include "server/safety/origins.hpp"
#include "server/safety/rate_limiter.hpp"
#include "server/service.hpp"

namespace inkstone::server {

class Application : public Handler {
 public:
  explicit Application(Service& service);

  std::optional<Response> before_body(Request& request) override;
  Response answer(Request& request) noexcept override;
  Response refusal(int status, const std::string& detail) override;
  void finished(const Request& request, int status, double seconds) override;
  void connection_changed(int opened) override;

 private:
  std::optional<Problem> check_place(const Request& request) const;
  std::optional<Problem> identify(Request& request, Scope needed);
  Response preflight(const Request& request, const std::vector<std::string>& methods) const;
  Response refuse(const Request& request, const Problem& problem) const;
  Response dressed(const Request& request, Response response) const;
  Response handle(const Request& request);
  void record(const Request& request, int status);

  Service& service_;
  Origins origins_;
  RateLimiter requests_, failures_;
};

// The cookie of that name out of a Cookie header; empty where there is none.
std::string cookie_value(std::string_view header, std::string_view name);
inline constexpr std::string_view kSessionCookie = "inkstone_session";

}  // namespace inkstone::server
