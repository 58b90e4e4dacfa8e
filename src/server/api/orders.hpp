// Jobs made from what clients send: files that came with a request become pictures of the store, and a caller who wants the
// result at once waits without holding a thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "inkstone/tasks.hpp"
#include "server/http/message.hpp"
#include "server/http/multipart.hpp"
#include "server/service.hpp"

namespace inkstone::server {

// The tasks of this build, made once, and the schema of one; null where there is no such task.
const std::vector<TaskInfo>& known_tasks();
const nlohmann::json* task_schema(const std::string& task);

// In fields that take pictures "part:NAME" becomes the id of the file that came as that part. Throws bad_argument where there is
// none.
void store_parts(Service& service, const User& user, const std::string& task, nlohmann::json& request,
                 const std::vector<Part>& parts);

// A picture of the caller. Throws as Jobs::add_picture does, TooLarge for what is too large.
StoredPicture keep_picture(Service& service, const User& user, std::string_view bytes, const std::string& name = "");

JobOrder order_for(std::string task, const nlohmann::json& request);

// Submits after the server's own rules: none while it is draining, a priority above 0 for admins alone.
std::string submit_order(Service& service, const User& user, JobOrder order);

// The job, where the user may see it. Throws not_found, also where it is somebody else's.
JobStatus visible_job(Service& service, const User& user, const std::string& id);

// Submits, and answers with what finish makes of the job once it is done. Where it failed, the error is thrown again; a cancelled
// job that has pictures counts as done.
Response answer_when_done(Service& service, const User& user, JobOrder order, std::function<Response(const JobStatus&)> finish);

// The same for several jobs that were submitted, in their order.
Response answer_when_ended(Service& service, std::vector<std::string> jobs,
                           std::function<Response(const std::vector<JobStatus>&)> finish);

}  // namespace inkstone::server
