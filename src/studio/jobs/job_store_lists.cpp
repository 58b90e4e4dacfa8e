// What is looked up in the queue.
#include <iterator>
#include <sstream>

#include <fmt/format.h>

#include "studio/jobs/job_store.hpp"

namespace inkstone::studio {
namespace {

using namespace job_sql;

constexpr int kMostListed = 500;

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream rest(text);
  return {std::istream_iterator<std::string>(rest), {}};
}

// Conditions that grow with what is asked for; parameters are numbered as they come.
class Conditions {
 public:
  void add(std::string_view condition, Parameter parameter) {
    parameters_.push_back(std::move(parameter));
    text_ += fmt::format(" AND {}", fmt::format(fmt::runtime(condition), parameters_.size()));
  }
  const std::string& text() const { return text_; }
  const std::vector<Parameter>& parameters() const { return parameters_; }

 private:
  std::string text_ = "1 = 1";
  std::vector<Parameter> parameters_;
};

Conditions conditions_of(const JobQuery& query) {
  Conditions conditions;
  if (!query.owner.empty()) conditions.add("owner = ${}", query.owner);
  if (!query.task.empty()) conditions.add("task = ${}", query.task);
  if (!query.model.empty()) conditions.add("model = ${}", query.model);
  if (query.state) conditions.add("state = ${}", std::string(state_name(*query.state)));
  for (const auto& word : words_of(query.text)) conditions.add("words || ' ' || tags LIKE ${} ESCAPE '!'", like(word));
  if (!query.before.empty()) conditions.add("seq < (SELECT seq FROM jobs WHERE id = ${})", query.before);
  return conditions;
}

StoredPicture picture_of(const Row& row) {
  return {row.text(0), row.text(1), row.text(2), int(row.integer(3)), int(row.integer(4)), std::uint64_t(row.integer(5))};
}

}  // namespace

JobStatus JobStore::find(const std::string& id) {
  std::vector<JobStatus> jobs;
  database_->read([&](Transaction& transaction) {
    jobs.clear();
    for (const auto& row : transaction.run(fmt::format("SELECT {} FROM jobs WHERE id = $1", kColumns), {id}))
      jobs.push_back(status_of(row));
    add_pictures(transaction, jobs);
  });
  if (jobs.empty()) no_job(id);
  return std::move(jobs.front());
}

std::vector<JobStatus> JobStore::list(const JobQuery& query) {
  const int limit = std::clamp(query.limit, 1, kMostListed);
  const auto conditions = conditions_of(query);
  std::vector<JobStatus> jobs;
  database_->read([&](Transaction& transaction) {
    jobs.clear();
    for (const auto& row : transaction.run(
             fmt::format("SELECT {} FROM jobs WHERE {} ORDER BY seq DESC LIMIT {}", kColumns, conditions.text(), limit),
             conditions.parameters()))
      jobs.push_back(status_of(row));
    add_pictures(transaction, jobs);
  });
  return jobs;
}

std::map<JobState, std::int64_t> JobStore::counts() {
  std::map<JobState, std::int64_t> counts;
  database_->read([&](Transaction& transaction) {
    for (const auto& row : transaction.run("SELECT state, count(*) FROM jobs GROUP BY state"))
      if (const auto state = state_of(row.text(0))) counts[*state] = row.integer(1);
  });
  return counts;
}

StoredPicture JobStore::picture(const std::string& id, const std::string& owner) {
  Rows rows;
  database_->read([&](Transaction& transaction) {
    rows = transaction.run(
        "SELECT id, media_type, name, width, height, bytes FROM pictures WHERE id = $1 AND ($2 = '' OR owner = $2) LIMIT 1",
        {id, owner});
  });
  if (rows.empty()) throw Error(ErrorCategory::not_found, fmt::format("there is no picture {}", id.substr(0, 64)));
  return picture_of(rows.front());
}

std::vector<std::string> JobStore::unnamed(const std::vector<std::string>& ids) {
  std::vector<std::string> found;
  database_->read([&](Transaction& transaction) {
    found.clear();
    for (const auto& id : ids)
      if (transaction.run("SELECT 1 FROM pictures WHERE id = $1 LIMIT 1", {id}).empty()) found.push_back(id);
  });
  return found;
}

std::pair<std::uint64_t, std::uint64_t> JobStore::picture_totals() {
  std::pair<std::uint64_t, std::uint64_t> totals;
  database_->read([&](Transaction& transaction) {
    const auto rows =
        transaction.run("SELECT count(*), coalesce(sum(b), 0) FROM (SELECT max(bytes) AS b FROM pictures GROUP BY id) p");
    totals = {std::uint64_t(rows.at(0).integer(0)), std::uint64_t(rows.at(0).integer(1))};
  });
  return totals;
}

std::vector<JobEvent> JobStore::events_after(std::int64_t number, const std::string& owner, int limit) {
  std::vector<JobEvent> events;
  database_->read([&](Transaction& transaction) {
    events.clear();
    for (const auto& row : transaction.run(fmt::format("SELECT number, job, owner, kind, data FROM events WHERE number > $1 AND "
                                                       "($2 = '' OR owner = $2) ORDER BY number LIMIT {}",
                                                       limit),
                                           {number, owner}))
      events.push_back({row.integer(0), row.text(1), row.text(2), row.text(3), row.text(4)});
  });
  return events;
}

std::int64_t JobStore::last_event() {
  std::int64_t number = 0;
  database_->read([&](Transaction& transaction) {
    number = transaction.run("SELECT coalesce(max(number), 0) FROM events").at(0).integer(0);
  });
  return number;
}

void JobStore::forget_old_events(std::int64_t kept) {
  database_->write([&](Transaction& transaction) {
    transaction.run("DELETE FROM events WHERE number < (SELECT max(number) FROM events) - CAST($1 AS BIGINT)", {kept});
  });
}

}  // namespace inkstone::studio
