#include "server/application.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/text.hpp"
#include "server/base64.hpp"
#include "server/event_hub.hpp"
#include "server/http/conditional.hpp"
#include "server/http/target.hpp"
#include "server/log.hpp"
#include "server/metrics.hpp"
#include "server/page/page.hpp"
#include "server/route.hpp"

namespace inkstone::server {
namespace {

constexpr std::string_view kPageRoute = "/";

bool changes_something(std::string_view method) {
  return method != "GET" && method != "HEAD" && method != "OPTIONS";
}

// The bearer of Authorization; the password of Basic, which clients of the web UI API send; else the cookie of the page.
std::string presented_token(const Request& request) {
  const auto header = request.header("authorization");
  if (lower_ascii(std::string(header.substr(0, 7))) == "bearer ") return trimmed(header.substr(7));
  if (lower_ascii(std::string(header.substr(0, 6))) == "basic ") {
    const auto pair = base64_decoded(header.substr(6)).value_or("");
    return pair.substr(std::min(pair.find(':') + 1, pair.size()));
  }
  return cookie_value(request.header("cookie"), kSessionCookie);
}

bool is_known_method(std::string_view method) {
  static constexpr std::string_view kMethods[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
  return std::find(std::begin(kMethods), std::end(kMethods), method) != std::end(kMethods);
}

}  // namespace

std::string cookie_value(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    const auto end = std::min(header.find(';'), header.size());
    const auto pair = trimmed(header.substr(0, end));
    if (pair.size() > name.size() && pair.rfind(name, 0) == 0 && pair[name.size()] == '=') return pair.substr(name.size() + 1);
    header.remove_prefix(std::min(end + 1, header.size()));
  }
  return {};
}

Application::Application(Service& service)
    : service_(service),
      origins_(service.settings.hosts, service.settings.origins),
      requests_(service.settings.requests_per_minute / 60.0, std::max(50.0, service.settings.requests_per_minute / 30.0)),
      failures_(0.2, 20) {}

std::optional<Problem> Application::check_place(const Request& request) const {
  if (!origins_.knows_host(request.header("host")))
    return Problem{421, "forbidden", "the server is not known by the name in the Host header; name it with --allow-host"};
  if (!origins_.may_call(request))
    return Problem{403, "forbidden", "web pages of other servers may not call this one; name them with --allow-origin"};
  return std::nullopt;
}

// Without any token everybody who reaches the server is its owner, and the server listens on this machine alone.
std::optional<Problem> Application::identify(Request& request, Scope needed) try {
  if (needed == Scope::none) return std::nullopt;
  if (!service_.tokens.any() && is_own_address(service_.settings.listen_ip)) {
    request.user = {"local", Scope::admin, {}};
    return std::nullopt;
  }
  if (!failures_.left(request.peer)) return Problem{429, "limit", "too many wrong tokens came from this address; wait a minute"};
  const auto token = presented_token(request);
  const auto user = token.empty() ? std::nullopt : service_.tokens.check(token);
  if (!user) {
    if (!token.empty()) failures_.take(request.peer);
    return Problem{401, "unauthorized", "this needs a token: Authorization: Bearer TOKEN (`inkstone token create` makes one)"};
  }
  request.user = *user;
  if (user->scope < needed)
    return Problem{
        403, "forbidden",
        fmt::format("this needs a token with the scope {}, this one has {}", scope_name(needed), scope_name(user->scope))};
  return std::nullopt;
} catch (const Error& error) {  // a stranger is not told where tokens lie
  service_.log.write("fault", {{"path", request.path}, {"what", error.what()}});
  return Problem{503, "io", "the tokens of this server cannot be read; its log says why"};
}

std::optional<Response> Application::before_body(Request& request) {
  try {
    const auto target = parse_target(request.target);
    if (!target) return refuse(request, {400, "malformed", "the address that is asked for is malformed"});
    request.path = target->path;
    request.query = target->query;
    if (const auto problem = check_place(request)) return refuse(request, *problem);
    auto match = match_route(routes(), request.method, target->segments);
    if (request.method == "OPTIONS") return preflight(request, match.methods);
    if (!match.route) {
      const bool reads = request.method == "GET" || request.method == "HEAD";
      if (!match.methods.empty())
        return refuse(
            request,
            {405, "malformed", fmt::format("{} takes {}, not {}", request.path, fmt::join(match.methods, ", "), request.method)});
      if (!reads || !has_page_file(request.path))
        return refuse(request, {404, "not_found", fmt::format("there is no {} here", request.path.substr(0, 200))});
      request.route = kPageRoute;
      return std::nullopt;
    }
    request.route = match.route->pattern;
    request.parameters = std::move(match.parameters);
    if (const auto problem = identify(request, match.route->scope)) return refuse(request, *problem);
    if (const auto coding = request.header("content-encoding"); !coding.empty() && coding != "identity")
      return refuse(request, {415, "media_type", "compressed bodies are not read; send it as it is"});
    if (!requests_.take(request.user.owner + "\n" + request.peer))
      return refuse(request, {429, "limit", "too many requests; slow down"});
    return std::nullopt;
  } catch (const std::exception& error) {
    service_.log.write("fault", {{"path", request.path}, {"what", error.what()}});
    return refuse(request, problem_of(error));
  }
}

Response Application::preflight(const Request& request, const std::vector<std::string>& methods) const {
  auto response = empty_response(204);
  response.set("Allow", fmt::format("OPTIONS, HEAD{}{}", methods.empty() ? ", GET" : ", ", fmt::join(methods, ", ")));
  if (!origins_.allowed_origin(request).empty()) {
    response.set("Access-Control-Allow-Methods", fmt::format("{}", fmt::join(methods, ", ")));
    response.set("Access-Control-Allow-Headers", "authorization, content-type, idempotency-key, last-event-id");
    response.set("Access-Control-Max-Age", "600");
  }
  return dressed(request, std::move(response));
}

Response Application::refuse(const Request& request, const Problem& problem) const {
  auto response = problem_response(problem, request.path);
  if (problem.status == 401) response.set("WWW-Authenticate", "Bearer realm=\"inkstone\"");
  if (problem.status == 405) {
    const auto target = parse_target(request.target);
    response.set("Allow", fmt::format("{}", fmt::join(match_route(routes(), request.method, target->segments).methods, ", ")));
  }
  return dressed(request, std::move(response));
}

Response Application::refusal(int status, const std::string& detail) {
  return dressed({}, problem_response({status, status == 413 ? "limit" : "malformed", detail}));
}

// Answers are data: nothing in them may run, be framed or be guessed to be something else. The page brings its own policy.
Response Application::dressed(const Request& request, Response response) const {
  const auto keep = [&](const char* name, const char* value) {
    if (!response.has(name)) response.set(name, value);
  };
  keep("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox");
  keep("X-Content-Type-Options", "nosniff");
  keep("X-Frame-Options", "DENY");
  keep("Referrer-Policy", "no-referrer");
  keep("Cross-Origin-Resource-Policy", "same-origin");
  keep("Cache-Control", "no-store");
  if (request.secure) keep("Strict-Transport-Security", "max-age=31536000");
  if (const auto origin = origins_.allowed_origin(request); !origin.empty()) {
    response.set("Access-Control-Allow-Origin", origin);
    response.set("Access-Control-Expose-Headers", "location, etag, content-range");
    response.set("Vary", "Origin");
    response.set("Cross-Origin-Resource-Policy", "cross-origin");
  }
  return response;
}

Response Application::handle(const Request& request) {
  if (request.route == kPageRoute) return page_response(request);
  const auto table = routes();
  const auto found = std::find_if(table.begin(), table.end(), [&](const Route& route) {
    return request.route == route.pattern &&
           (request.method == route.method || (request.method == "HEAD" && std::string_view(route.method) == "GET"));
  });
  return found->handle(service_, request);
}

Response Application::answer(Request& request) noexcept {
  const auto guarded = [this](const Request& asked, const std::function<Response()>& work) {
    try {
      return dressed(asked, work());
    } catch (const std::exception& error) {
      const auto problem = problem_of(error);
      if (problem.status >= 500)
        service_.log.write("fault", {{"method", asked.method}, {"route", asked.route}, {"what", error.what()}});
      return refuse(asked, problem);
    }
  };
  auto response = guarded(request, [&] { return handle(request); });
  if (request.route.starts_with("/v1/")) compress(request, response);
  if (auto* later = std::get_if<Later>(&response.body)) {
    Request asked = request;
    asked.body.clear();
    later->finish = [guarded, asked = std::move(asked), finish = std::move(later->finish)] { return guarded(asked, finish); };
  }
  return response;
}

void Application::finished(const Request& request, int status, double seconds) {
  const bool odd = !is_known_method(request.method);
  service_.metrics.count_request(odd ? "other" : request.method, request.route, status, seconds);
  record(request, status);
}

// Everything that changes something, and everybody who was turned away for who they are.
void Application::record(const Request& request, int status) {
  if (!changes_something(request.method) && status != 401 && status != 403 && status != 421) return;
  service_.audit.write("request", {{"owner", request.user.owner},
                                   {"token", request.user.token},
                                   {"peer", request.peer},
                                   {"method", request.method},
                                   {"path", request.path.substr(0, 300)},
                                   {"status", status}});
}

void Application::connection_changed(int opened) {
  if (opened == 0)
    ++service_.metrics.refused_connections;
  else
    service_.metrics.connections += opened;
}

}  // namespace inkstone::server
