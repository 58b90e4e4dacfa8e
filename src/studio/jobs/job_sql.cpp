// What the methods of the queue share: rows into jobs, events, pictures without a job.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/text.hpp"
#include "studio/jobs/job_store.hpp"

namespace inkstone::studio::job_sql {
namespace {

using nlohmann::json;

void read_progress(const std::string& text, JobStatus& job) {
  if (text.empty()) return;
  const auto progress = json::parse(text, nullptr, false);
  if (!progress.is_object()) return;
  job.stage = progress.value("stage", "");
  job.step = progress.value("step", std::int64_t(0));
  job.total = progress.value("total", std::int64_t(0));
  if (const auto left = progress.find("seconds_left"); left != progress.end() && left->is_number())
    job.seconds_left = left->get<double>();
  job.preview_step = progress.value("preview_step", std::int64_t(-1));
  const auto values = progress.value("values", json::object());
  for (const auto& [name, value] : values.items())  // what is not finite is null there
    if (value.is_number()) job.values[name] = value.get<double>();
}

StoredPicture picture_in(const Row& row, std::size_t first) {
  return {row.text(first),
          row.text(first + 1),
          row.text(first + 2),
          int(row.integer(first + 3)),
          int(row.integer(first + 4)),
          std::uint64_t(row.integer(first + 5))};
}

}  // namespace

const std::string_view kColumns =
    "id, task, owner, state, wish, priority, attempts, request, created, started, finished, progress, error_category, error, "
    "report, from_store, model, prompt, seq + shift, tags";

JobStatus status_of(const Row& row) {
  JobStatus job;
  job.id = row.text(0);
  job.task = row.text(1);
  job.owner = row.text(2);
  job.state = state_of(row.text(3)).value_or(JobState::failed);
  job.stopping = !row.text(4).empty();
  job.priority = int(row.integer(5));
  job.attempts = int(row.integer(6));
  job.request = row.text(7);
  job.created = row.integer(8);
  job.started = row.integer(9);
  job.finished = row.integer(10);
  read_progress(row.text(11), job);
  job.error_category = row.text(12);
  job.error = row.text(13);
  job.report = row.text(14);
  job.from_store = row.integer(15) != 0;
  job.model = row.text(16);
  job.prompt = row.text(17);
  job.place = row.integer(18);
  job.tags = row.text(19);
  return job;
}

void add_pictures(Transaction& transaction, std::vector<JobStatus>& jobs) {
  if (jobs.empty()) return;
  std::map<std::string, JobStatus*> by_id;
  std::vector<Parameter> ids;
  std::string places;
  for (auto& job : jobs) {
    by_id[job.id] = &job;
    ids.emplace_back(job.id);
    places += fmt::format("{}${}", places.empty() ? "" : ", ", ids.size());
  }
  const auto rows = transaction.run(
      fmt::format("SELECT jp.job, jp.role, p.id, p.media_type, p.name, p.width, p.height, p.bytes FROM job_pictures jp "
                  "JOIN jobs j ON j.id = jp.job JOIN pictures p ON p.id = jp.picture AND p.owner = j.owner "
                  "WHERE jp.job IN ({}) ORDER BY jp.job, jp.role, jp.position",
                  places),
      ids);
  for (const auto& row : rows) {
    auto& job = *by_id.at(row.text(0));
    if (row.text(1) == "parent")
      job.parents.push_back(row.text(2));
    else
      job.pictures.push_back(picture_in(row, 2));
  }
}

std::int64_t add_event(Transaction& transaction, const std::string& job, const std::string& owner, std::string_view kind,
                       const std::string& data) {
  if (const auto lock = transaction.dialect().in_order; !lock.empty()) transaction.run(lock);
  return transaction
      .run("INSERT INTO events (job, owner, kind, data) VALUES ($1, $2, $3, $4) RETURNING number",
           {job, owner, std::string(kind), data})
      .at(0)
      .integer(0);
}

std::int64_t add_state_event(Transaction& transaction, const std::string& job, const std::string& owner, JobState state,
                             bool stopping, const std::string& error) {
  return add_event(transaction, job, owner, "state",
                   json{{"state", state_name(state)}, {"stopping", stopping}, {"error", error}}.dump());
}

std::vector<std::string> drop_unused(Transaction& transaction, const std::vector<std::string>& ids, const std::string& owner) {
  std::vector<std::string> unnamed;
  for (const auto& id : ids) {
    transaction.run(
        "DELETE FROM pictures WHERE owner = $1 AND id = $2 AND uploaded = 0 AND NOT EXISTS "
        "(SELECT 1 FROM job_pictures jp JOIN jobs j ON j.id = jp.job WHERE jp.picture = $2 AND j.owner = $1)",
        {owner, id});
    if (transaction.run("SELECT 1 FROM pictures WHERE id = $1 LIMIT 1", {id}).empty()) unnamed.push_back(id);
  }
  return unnamed;
}

bool answer(Transaction& transaction, const std::string& job, const std::string& owner, const std::string& recipe,
            std::int64_t now) {
  if (recipe.empty()) return false;
  const auto equal = transaction.run(
      "SELECT id FROM jobs WHERE recipe = $1 AND owner = $2 AND state = 'done' AND id <> $3 ORDER BY seq DESC LIMIT 1",
      {recipe, owner, job});
  if (equal.empty()) return false;
  const auto& source = equal.front().text(0);
  const auto copied = transaction.run(
      "INSERT INTO job_pictures (job, role, position, picture) SELECT $1, 'result', position, picture FROM job_pictures "
      "WHERE job = $2 AND role = 'result' RETURNING picture",
      {job, source});
  if (copied.empty()) return false;
  transaction.run(
      "UPDATE jobs SET state = 'done', from_store = 1, finished = $2, started = CASE WHEN started = 0 THEN $2 ELSE started END, "
      "report = (SELECT report FROM jobs WHERE id = $3), tags = (SELECT tags FROM jobs WHERE id = $3) WHERE id = $1",
      {job, now, source});
  for (const auto& row : copied) add_event(transaction, job, owner, "picture", json{{"id", row.text(0)}}.dump());
  add_state_event(transaction, job, owner, JobState::done);
  return true;
}

std::string like(const std::string& text) {
  std::string pattern = "%";
  for (const char c : lower_ascii(text)) {
    if (c == '%' || c == '_' || c == '!') pattern += '!';
    pattern += c;
  }
  return pattern + "%";
}

void no_job(const std::string& id) {
  throw Error(ErrorCategory::not_found, fmt::format("there is no job {}", id.substr(0, 40)));
}

}  // namespace inkstone::studio::job_sql
