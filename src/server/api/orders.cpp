#include "server/api/orders.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>

#include <fmt/format.h>

#include "server/event_hub.hpp"
#include "server/problem.hpp"
#include "server/safety/tokens.hpp"

namespace inkstone::server {
namespace {

using nlohmann::json;

std::map<std::string, json> schemas_by_task() {
  std::map<std::string, json> schemas;
  for (const auto& task : known_tasks()) schemas[task.name] = json::parse(task.schema);
  return schemas;
}

bool takes_pictures(const json& property) {
  return property.value("x-kind", "") == "picture" ||
         (property.contains("items") && property["items"].value("x-kind", "") == "picture");
}

void store_part(Service& service, const User& user, json& value, const std::vector<Part>& parts) {
  constexpr std::string_view kMark = "part:";
  if (value.is_array())
    for (auto& item : value) store_part(service, user, item, parts);
  if (!value.is_string() || value.get_ref<const std::string&>().rfind(kMark, 0) != 0) return;
  const auto name = value.get<std::string>().substr(kMark.size());
  const auto* part = find_part(parts, name);
  if (!part)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("the request names a part '{}' that did not come with it", name.substr(0, 100)));
  value = keep_picture(service, user, part->data, part->filename).id;
}

ErrorCategory category_of(const std::string& name) {
  for (const auto category :
       {ErrorCategory::bad_argument, ErrorCategory::not_found, ErrorCategory::corrupt_file, ErrorCategory::unsupported,
        ErrorCategory::out_of_memory, ErrorCategory::no_device, ErrorCategory::io, ErrorCategory::cancelled})
    if (category_name(category) == name) return category;
  return ErrorCategory::io;
}

JobStatus concluded(Service& service, const std::string& id) {
  auto job = service.jobs.find(id);
  if (job.state == JobState::failed) throw Error(category_of(job.error_category), job.error);
  if (job.state == JobState::cancelled && job.pictures.empty())
    throw Error(ErrorCategory::cancelled, "the job was cancelled before there was a picture");
  if (!is_last_state(job.state)) throw Stopping("the server is stopping; the job goes on when it is back");
  return job;
}

}  // namespace

const std::vector<TaskInfo>& known_tasks() {
  static const auto known = tasks();
  return known;
}

const json* task_schema(const std::string& task) {
  static const auto schemas = schemas_by_task();
  const auto found = schemas.find(task);
  return found == schemas.end() ? nullptr : &found->second;
}

void store_parts(Service& service, const User& user, const std::string& task, json& request, const std::vector<Part>& parts) {
  const auto* schema = task_schema(task);
  if (!schema || !request.is_object()) return;  // refused when it is submitted
  const auto& properties = schema->at("properties");
  for (auto& [name, value] : request.items())
    if (properties.contains(name) && takes_pictures(properties[name])) store_part(service, user, value, parts);
}

StoredPicture keep_picture(Service& service, const User& user, std::string_view bytes, const std::string& name) {
  try {
    return service.jobs.add_picture(bytes, name, user.owner);
  } catch (const LimitReached& limit) {
    throw TooLarge(limit.what());
  }
}

JobOrder order_for(std::string task, const json& request) {
  JobOrder order;
  order.task = std::move(task);
  order.request = request.dump();
  return order;
}

std::string submit_order(Service& service, const User& user, JobOrder order) {
  if (service.draining) throw Stopping("the server is stopping; submit again when it is back");
  if (order.priority > 0 && user.scope < Scope::admin)
    throw Error(ErrorCategory::bad_argument, "a priority above 0 needs a token with the scope admin");
  const auto most = service.jobs.settings().limits.request_bytes;
  if (order.request.size() > most) throw TooLarge(fmt::format("a request may have {} bytes beside its pictures", most));
  order.owner = user.owner;
  return service.jobs.submit(order);
}

JobStatus visible_job(Service& service, const User& user, const std::string& id) {
  auto job = service.jobs.find(id);
  const auto owner = user.sees();
  if (!owner.empty() && job.owner != owner)
    throw Error(ErrorCategory::not_found, fmt::format("there is no job {}", id.substr(0, 60)));
  return job;
}

Response answer_when_done(Service& service, const User& user, JobOrder order, std::function<Response(const JobStatus&)> finish) {
  return answer_when_ended(service, {submit_order(service, user, std::move(order))},
                           [finish = std::move(finish)](const std::vector<JobStatus>& jobs) { return finish(jobs[0]); });
}

Response answer_when_ended(Service& service, std::vector<std::string> jobs,
                           std::function<Response(const std::vector<JobStatus>&)> finish) {
  Response response;
  response.body = Later{[&service, jobs](std::function<void()> ready) {
                          const auto left = std::make_shared<std::atomic<std::size_t>>(jobs.size());
                          for (const auto& id : jobs)
                            service.hub.when_ended(id, [left, ready] {
                              if (--*left == 0) ready();
                            });
                        },
                        [&service, jobs, finish = std::move(finish)] {
                          std::vector<JobStatus> ended;
                          for (const auto& id : jobs) ended.push_back(concluded(service, id));
                          return finish(ended);
                        }};
  return response;
}

}  // namespace inkstone::server
