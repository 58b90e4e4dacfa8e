// Submitting, watching and steering jobs: /v1/jobs.
#include <charconv>

#include <fmt/format.h>

#include "server/api/handlers.hpp"
#include "server/api/job_json.hpp"
#include "server/api/orders.hpp"
#include "server/api/parameters.hpp"
#include "server/event_hub.hpp"
#include "server/http/json_body.hpp"
#include "server/problem.hpp"

namespace inkstone::server {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

int priority_of(const json& value) {
  if (!value.is_number_integer() || value < -1000 || value > 1000)
    throw Error(ErrorCategory::bad_argument, "'priority' must be a whole number from -1000 to 1000");
  return value;
}

QueueMove move_of(const std::string& word) {
  if (word == "sooner") return QueueMove::sooner;
  if (word == "later") return QueueMove::later;
  throw Error(ErrorCategory::bad_argument, "'move' must be sooner or later");
}

JobOrder order_of(const json& body, const Request& request) {
  check_body_keys(body, {"task", "request", "priority"});
  JobOrder order;
  order.task = body_text(body, "task");
  order.client_key = std::string(request.header("idempotency-key")).substr(0, 200);
  if (body.contains("priority")) order.priority = priority_of(body["priority"]);
  return order;
}

// What cannot be found in a request is a mistake of the request, not of its address.
std::string submitted(Service& service, const User& user, const JobOrder& order) {
  try {
    return submit_order(service, user, order);
  } catch (const Error& error) {
    if (error.category() != ErrorCategory::not_found) throw;
    throw Error(ErrorCategory::bad_argument, error.what());
  }
}

Response job_response(Service& service, const std::string& id, int status = 200) {
  auto response = json_response(status, dumped(job_json(service.jobs.find(id))));
  if (status == 201) response.set("Location", "/v1/jobs/" + id);
  return response;
}

Response steer(Service& service, const Request& request, void (Jobs::*move)(const std::string&)) {
  const auto& id = request.parameter("id");
  visible_job(service, request.user, id);
  (service.jobs.*move)(id);
  return job_response(service, id);
}

std::optional<std::int64_t> last_event_seen(const Request& request) {
  const auto header = request.header("last-event-id");
  const auto text = header.empty() ? request.query_value("after").value_or("") : std::string(header);
  if (text.empty()) return std::nullopt;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0)
    throw Error(ErrorCategory::bad_argument, "the last event that was seen is named by its number");
  return number;
}

Response feed_response(std::shared_ptr<Feed> feed) {
  Response response{200, {{"Content-Type", "text/event-stream"}, {"X-Accel-Buffering", "no"}}, {}};
  response.body = std::move(feed);
  return response;
}

// Who starts to follow in the middle is first told where the job stands.
std::string greeting(const JobStatus& job) {
  const ordered_json state = {
      {"job", job.id}, {"state", state_name(job.state)}, {"stopping", job.stopping}, {"error", job.error}};
  return fmt::format("event: state\ndata: {}\n\n", dumped(state));
}

}  // namespace

Response submit_job(Service& service, const Request& request) {
  const auto boundary = multipart_boundary(request.header("content-type"));
  const auto parts = boundary.empty() ? std::vector<Part>() : parse_multipart(request.body, boundary);
  const auto* form = find_part(parts, "job");
  if (!boundary.empty() && !form)
    throw Error(ErrorCategory::bad_argument, "the form must have a part 'job' with the JSON of the job");
  const auto body = form ? parse_json(form->data) : json_body(request);
  if (!body.is_object()) throw MalformedJson("the job must be a JSON object");
  auto order = order_of(body, request);
  auto wish = body.value("request", json::object());
  if (!wish.is_object()) throw Error(ErrorCategory::bad_argument, "'request' must be an object");
  store_parts(service, request.user, order.task, wish, parts);
  order.request = wish.dump();
  return job_response(service, submitted(service, request.user, order), 201);
}

Response list_jobs(Service& service, const Request& request) {
  JobQuery query;
  query.owner = request.user.sees();
  query.task = request.query_value("task").value_or("");
  query.model = request.query_value("model").value_or("");
  query.text = request.query_value("q").value_or("");
  query.before = request.query_value("before").value_or("");
  query.limit = int(query_number(request, "limit", 50, 1, 500));
  if (const auto state = request.query_value("state"); state && !state->empty()) {
    query.state = state_of(*state);
    if (!query.state)
      throw Error(ErrorCategory::bad_argument, "'state' in the address is queued, running, paused, done, failed or cancelled");
  }
  const auto jobs = service.jobs.list(query);
  auto list = ordered_json::array();
  for (const auto& job : jobs) list.push_back(job_json(job));
  const bool more = int(jobs.size()) == query.limit;
  return json_response(
      200, dumped({{"jobs", std::move(list)}, {"next", more ? ordered_json(jobs.back().id) : ordered_json(nullptr)}}));
}

Response get_job(Service& service, const Request& request) {
  return json_response(200, dumped(job_json(visible_job(service, request.user, request.parameter("id")))));
}

Response change_job(Service& service, const Request& request) {
  const auto& id = request.parameter("id");
  visible_job(service, request.user, id);
  const auto body = json_body(request);
  check_body_keys(body, {"priority", "move"});
  if (body.size() != 1)
    throw Error(ErrorCategory::bad_argument, "the body must have 'move' (sooner or later) or 'priority', one of them");
  if (body.contains("move")) {
    service.jobs.move(id, move_of(body_text(body, "move")));
    return job_response(service, id);
  }
  const int priority = priority_of(body["priority"]);
  if (priority > 0 && request.user.scope < Scope::admin)
    throw Error(ErrorCategory::bad_argument, "a priority above 0 needs a token with the scope admin");
  service.jobs.set_priority(id, priority);
  return job_response(service, id);
}

Response erase_job(Service& service, const Request& request) {
  visible_job(service, request.user, request.parameter("id"));
  service.jobs.erase(request.parameter("id"));
  return empty_response(204);
}

Response cancel_job(Service& service, const Request& request) {
  return steer(service, request, &Jobs::cancel);
}
Response pause_job(Service& service, const Request& request) {
  return steer(service, request, &Jobs::pause);
}
Response resume_job(Service& service, const Request& request) {
  return steer(service, request, &Jobs::resume);
}
Response retry_job(Service& service, const Request& request) {
  return steer(service, request, &Jobs::retry);
}

Response get_preview(Service& service, const Request& request) {
  const auto& id = request.parameter("id");
  visible_job(service, request.user, id);
  auto picture = service.jobs.preview(id);
  if (picture.empty()) throw Error(ErrorCategory::not_found, "the job has no preview now");
  return text_response(200, std::move(picture), "image/jpeg");
}

Response follow_job(Service& service, const Request& request) {
  const auto job = visible_job(service, request.user, request.parameter("id"));
  return feed_response(service.hub.follow({request.user.sees(), job.id, last_event_seen(request), greeting(job)}));
}

Response follow_all(Service& service, const Request& request) {
  return feed_response(service.hub.follow({request.user.sees(), {}, last_event_seen(request), {}}));
}

}  // namespace inkstone::server
