// What the studio can do, who asks, and how it is: /v1/capabilities, /v1/recipes, /v1/session, /v1/me, /healthz, /readyz,
// /metrics.
#include <nlohmann/json.hpp>

#include "inkstone/recipes.hpp"
#include "inkstone/studio.hpp"
#include "server/api/handlers.hpp"
#include "server/api/job_json.hpp"
#include "server/api/openapi.hpp"
#include "server/api/orders.hpp"
#include "server/api/parameters.hpp"
#include "server/application.hpp"
#include "server/event_hub.hpp"
#include "server/http/conditional.hpp"
#include "server/http/json_body.hpp"
#include "server/metrics.hpp"
#include "server/problem.hpp"
#include "server/safety/origins.hpp"

namespace inkstone::server {
namespace {

using nlohmann::ordered_json;

bool is_open(Service& service) {
  return !service.tokens.any() && is_own_address(service.settings.listen_ip);
}

Response tagged(const Request& request, const std::string& text) {
  const auto tag = '"' + sha256_digest(text).substr(0, 32) + '"';
  auto response = is_known(request, tag) ? empty_response(304) : json_response(200, text);
  response.set("ETag", tag);
  response.set("Cache-Control", "private, no-cache");
  return response;
}

void set_session(Response& response, const Request& request, const std::string& value, int seconds) {
  response.set("Set-Cookie", std::string(kSessionCookie) + "=" + value + "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" +
                                 std::to_string(seconds) + (request.secure ? "; Secure" : ""));
}

}  // namespace

Response get_health(Service&, const Request&) {
  return json_response(200, R"({"status":"ok"})");
}

Response get_readiness(Service& service, const Request&) {
  const auto summary = service.jobs.summary();
  const bool ready = summary.reachable && !service.draining;
  return json_response(ready ? 200 : 503, dumped({{"status", ready ? "ready" : "not ready"},
                                                  {"database", summary.database},
                                                  {"database_answers", summary.reachable},
                                                  {"draining", service.draining.load()}}));
}

Response get_metrics(Service& service, const Request&) {
  service.metrics.streams = std::int64_t(service.hub.followers());
  return text_response(200, service.metrics.text(service.jobs.summary()), "text/plain; version=0.0.4; charset=utf-8");
}

Response get_session(Service& service, const Request& request) {
  if (is_open(service)) return json_response(200, R"({"needed":false,"owner":"local","scope":"admin"})");
  const auto user = service.tokens.check(cookie_value(request.header("cookie"), kSessionCookie));
  return json_response(
      200,
      dumped({{"needed", !user}, {"owner", user ? user->owner : ""}, {"scope", scope_name(user ? user->scope : Scope::none)}}));
}

Response open_session(Service& service, const Request& request) {
  const auto body = json_body(request);
  check_body_keys(body, {"token"});
  const auto token = body_text(body, "token");
  if (!service.tokens.check(token))
    return problem_response({401, "unauthorized", "this token is unknown here, was revoked or has run out"});
  auto response = empty_response(204);
  set_session(response, request, token, 30 * 86'400);
  return response;
}

Response close_session(Service&, const Request& request) {
  auto response = empty_response(204);
  set_session(response, request, "", 0);
  return response;
}

Response erase_me(Service& service, const Request& request) {
  return json_response(200, dumped({{"jobs", service.jobs.erase_owner(request.user.owner)}}));
}

Response get_capabilities(Service& service, const Request& request) {
  auto tasks = ordered_json::array();
  for (const auto& task : known_tasks())
    tasks.push_back(
        {{"name", task.name}, {"summary", task.summary}, {"gives", task.gives}, {"schema", stored_json(task.schema)}});
  const ordered_json limits = {{"body_bytes", service.body_bytes()}, {"pixels", service.jobs.settings().limits.upload_pixels}};
  return tagged(request,
                dumped({{"version", version()},
                        {"tasks", std::move(tasks)},
                        {"limits", limits},
                        {"formats", {"image/png", "image/jpeg", "image/webp", "image/tiff", "image/avif", "image/heif"}}}));
}

Response get_openapi(Service&, const Request& request) {
  static const auto document = dumped(openapi_document(routes(), known_tasks()));
  return tagged(request, document);
}

Response get_recipes(Service&, const Request& request) {
  return tagged(request, std::string(recipes()));
}

Response get_shipped_picture(Service&, const Request& request) {
  return text_response(200, std::string(shipped_picture(request.parameter("name"))), "image/webp");
}

}  // namespace inkstone::server
