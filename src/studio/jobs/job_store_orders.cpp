// What people ask of the queue.
#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/text.hpp"
#include "studio/jobs/job_store.hpp"
#include "studio/jobs/ulid.hpp"

namespace inkstone::studio {
namespace {

using nlohmann::json;
using namespace job_sql;

constexpr std::string_view kUnfinished =
    "SELECT count(*) FROM jobs WHERE owner = $1 AND state IN ('queued', 'running', 'paused')";

void check_room(Transaction& transaction, const std::string& owner, const JobLimits& limits) {
  if (limits.unfinished > 0 && transaction.run(kUnfinished, {owner}).at(0).integer(0) >= limits.unfinished)
    throw LimitReached(fmt::format("{} jobs are waiting already; let some end, or cancel some", limits.unfinished));
}

void check_bytes(Transaction& transaction, const std::string& owner, const JobLimits& limits) {
  if (limits.stored_bytes == 0) return;
  const auto stored = transaction.run("SELECT coalesce(sum(bytes), 0) FROM pictures WHERE owner = $1", {owner}).at(0).integer(0);
  if (std::uint64_t(stored) >= limits.stored_bytes)
    throw LimitReached(
        fmt::format("the pictures kept here fill the {} MB that are allowed; delete some", limits.stored_bytes >> 20));
}

// Moves the job from one of the states (SQL list) to another; its owner, or nothing where it is in none of them.
std::string moved(Transaction& transaction, const std::string& id, std::string_view from, std::string_view change) {
  const auto rows =
      transaction.run(fmt::format("UPDATE jobs SET {} WHERE id = $1 AND state IN ({}) RETURNING owner", change, from), {id});
  return rows.empty() ? std::string() : rows.front().text(0);
}

// The state, for what does not go with it.
JobState state_in(Transaction& transaction, const std::string& id) {
  const auto rows = transaction.run("SELECT state FROM jobs WHERE id = $1", {id});
  if (rows.empty()) no_job(id);
  return state_of(rows.front().text(0)).value_or(JobState::failed);
}

[[noreturn]] void refuse_state(const char* what, JobState state) {
  throw JobConflict(fmt::format("the job is {} and cannot be {}", state_name(state), what));
}

std::vector<std::string> results_of(Transaction& transaction, const std::string& id) {
  std::vector<std::string> ids;
  for (const auto& row : transaction.run("SELECT DISTINCT picture FROM job_pictures WHERE job = $1 AND role = 'result'", {id}))
    ids.push_back(row.text(0));
  return ids;
}

std::string words_of(const NewJob& job) {
  return lower_ascii(job.prompt + "\n" + job.model + "\n" + job.order.task);
}

}  // namespace

JobStore::JobStore(std::unique_ptr<Database> database, std::function<std::int64_t()> clock, JobLimits limits)
    : database_(std::move(database)), clock_(std::move(clock)), limits_(limits) {}

std::string JobStore::submit(const NewJob& job) {
  const auto& order = job.order;
  std::string id;
  database_->write([&](Transaction& transaction) {
    if (!order.client_key.empty()) {
      const auto known =
          transaction.run("SELECT id FROM jobs WHERE owner = $1 AND client_key = $2", {order.owner, order.client_key});
      if (!known.empty()) return void(id = known.front().text(0));
    }
    check_room(transaction, order.owner, limits_);
    check_bytes(transaction, order.owner, limits_);
    const auto time = now();
    id = new_ulid(time);
    transaction.run(
        "INSERT INTO jobs (id, owner, task, request, recipe, client_key, state, priority, created, model, prompt, words, kin) "
        "VALUES ($1, $2, $3, $4, $5, $6, 'queued', $7, $8, $9, $10, $11, $12)",
        {id, order.owner, order.task, order.request, job.recipe, order.client_key, std::int64_t(order.priority), time, job.model,
         job.prompt, words_of(job), job.kin});
    for (std::size_t k = 0; k < job.parents.size(); ++k)
      transaction.run("INSERT INTO job_pictures (job, role, position, picture) VALUES ($1, 'parent', $2, $3)",
                      {id, std::int64_t(k), job.parents[k]});
    if (!answer(transaction, id, order.owner, job.recipe, time)) add_state_event(transaction, id, order.owner, JobState::queued);
  });
  return id;
}

void JobStore::cancel(const std::string& id) {
  database_->write([&](Transaction& transaction) {
    if (auto owner =
            moved(transaction, id, "'queued', 'paused'", fmt::format("state = 'cancelled', wish = '', finished = {}", now()));
        !owner.empty())
      return void(add_state_event(transaction, id, owner, JobState::cancelled));
    if (auto owner = moved(transaction, id, "'running'", "wish = 'cancel'"); !owner.empty())
      return void(add_state_event(transaction, id, owner, JobState::running, true));
    if (const auto state = state_in(transaction, id); state != JobState::cancelled) refuse_state("cancelled", state);
  });
}

void JobStore::pause(const std::string& id) {
  database_->write([&](Transaction& transaction) {
    if (auto owner = moved(transaction, id, "'queued'", "state = 'paused'"); !owner.empty())
      return void(add_state_event(transaction, id, owner, JobState::paused));
    if (auto owner = moved(transaction, id, "'running'", "wish = CASE WHEN wish = 'cancel' THEN wish ELSE 'pause' END");
        !owner.empty())
      return void(add_state_event(transaction, id, owner, JobState::running, true));
    if (const auto state = state_in(transaction, id); state != JobState::paused) refuse_state("paused", state);
  });
}

void JobStore::resume(const std::string& id) {
  database_->write([&](Transaction& transaction) {
    if (auto owner = moved(transaction, id, "'paused'", "state = 'queued'"); !owner.empty())
      return void(add_state_event(transaction, id, owner, JobState::queued));
    if (auto owner = moved(transaction, id, "'running'", "wish = CASE WHEN wish = 'pause' THEN '' ELSE wish END"); !owner.empty())
      return;
    if (const auto state = state_in(transaction, id); state != JobState::queued) refuse_state("resumed", state);
  });
}

std::vector<std::string> JobStore::retry(const std::string& id) {
  std::vector<std::string> unnamed;
  database_->write([&](Transaction& transaction) {
    const auto owner = moved(transaction, id, "'failed', 'cancelled'",
                             "state = 'queued', attempts = 0, started = 0, finished = 0, progress = '', error = '', "
                             "error_category = '', report = '', wish = ''");
    if (owner.empty()) {
      if (const auto state = state_in(transaction, id); state != JobState::queued) refuse_state("tried again", state);
      return;
    }
    const auto results = results_of(transaction, id);
    transaction.run("DELETE FROM job_pictures WHERE job = $1 AND role = 'result'", {id});
    unnamed = drop_unused(transaction, results, owner);
    add_state_event(transaction, id, owner, JobState::queued);
  });
  return unnamed;
}

void JobStore::set_priority(const std::string& id, int priority) {
  database_->write([&](Transaction& transaction) {
    const auto owner = moved(transaction, id, "'queued', 'running', 'paused'", fmt::format("priority = {}", priority));
    if (owner.empty()) refuse_state("moved in the queue", state_in(transaction, id));
    add_state_event(transaction, id, owner, state_in(transaction, id));
  });
}

// Two jobs of one owner exchange places and priorities, so that nobody else's wait changes.
void JobStore::move(const std::string& id, QueueMove move) {
  const bool sooner = move == QueueMove::sooner;
  database_->write([&](Transaction& transaction) {
    const auto own = transaction.run(
        "UPDATE jobs SET shift = shift WHERE id = $1 AND state = 'queued' RETURNING owner, seq, seq + shift, priority", {id});
    if (own.empty()) refuse_state("moved in the queue", state_in(transaction, id));
    const auto& job = own.front();
    const auto next = transaction.run(
        fmt::format("SELECT id, seq, seq + shift, priority FROM jobs WHERE state = 'queued' AND owner = $1 AND (priority {0} "
                    "CAST($2 AS BIGINT) OR (priority = CAST($2 AS BIGINT) AND seq + shift {1} CAST($3 AS BIGINT))) ORDER BY "
                    "priority {2}, seq + shift {3} LIMIT 1",
                    sooner ? ">" : "<", sooner ? "<" : ">", sooner ? "ASC" : "DESC", sooner ? "DESC" : "ASC"),
        {job.text(0), job.integer(3), job.integer(2)});
    if (next.empty()) return;
    const auto& neighbour = next.front();
    const auto put = [&](const std::string& moved, std::int64_t seq, std::int64_t place, std::int64_t priority) {
      transaction.run("UPDATE jobs SET shift = $2, priority = $3 WHERE id = $1", {moved, place - seq, priority});
      add_state_event(transaction, moved, job.text(0), JobState::queued);
    };
    put(id, job.integer(1), neighbour.integer(2), neighbour.integer(3));
    put(neighbour.text(0), neighbour.integer(1), job.integer(2), job.integer(3));
  });
}

std::vector<std::string> JobStore::erase(const std::string& id) {
  std::vector<std::string> unnamed;
  database_->write([&](Transaction& transaction) {
    const auto results = results_of(transaction, id);
    const auto rows = transaction.run("DELETE FROM jobs WHERE id = $1 RETURNING owner", {id});
    if (rows.empty()) no_job(id);
    const auto owner = rows.front().text(0);
    transaction.run("DELETE FROM job_pictures WHERE job = $1", {id});
    transaction.run("DELETE FROM events WHERE job = $1", {id});
    unnamed = drop_unused(transaction, results, owner);
    add_event(transaction, id, owner, "removed", "{}");
  });
  return unnamed;
}

std::vector<std::string> JobStore::erase_owner(const std::string& owner, std::vector<std::string>& jobs) {
  std::vector<std::string> unnamed;
  database_->write([&](Transaction& transaction) {
    jobs.clear();
    unnamed.clear();
    transaction.run("DELETE FROM job_pictures WHERE job IN (SELECT id FROM jobs WHERE owner = $1)", {owner});
    for (const auto& row : transaction.run("DELETE FROM jobs WHERE owner = $1 RETURNING id", {owner}))
      jobs.push_back(row.text(0));
    transaction.run("DELETE FROM events WHERE owner = $1", {owner});
    transaction.run("DELETE FROM owners WHERE name = $1", {owner});
    for (const auto& row : transaction.run("DELETE FROM pictures WHERE owner = $1 RETURNING id", {owner}))
      if (transaction.run("SELECT 1 FROM pictures WHERE id = $1 LIMIT 1", {row.text(0)}).empty()) unnamed.push_back(row.text(0));
    add_event(transaction, "", owner, "removed", "{}");
  });
  return unnamed;
}

void JobStore::add_picture(const StoredPicture& picture, const std::string& owner) {
  database_->write([&](Transaction& transaction) {
    check_bytes(transaction, owner, limits_);
    transaction.run(
        "INSERT INTO pictures (owner, id, media_type, name, width, height, bytes, uploaded) VALUES ($1, $2, $3, $4, $5, $6, $7, "
        "1) "
        "ON CONFLICT (owner, id) DO UPDATE SET uploaded = 1",
        {owner, picture.id, picture.media_type, picture.name, std::int64_t(picture.width), std::int64_t(picture.height),
         std::int64_t(picture.bytes)});
  });
}

std::vector<std::string> JobStore::forget_picture(const std::string& id, const std::string& owner) {
  std::vector<std::string> unnamed;
  database_->write([&](Transaction& transaction) {
    const auto rows =
        transaction.run("DELETE FROM pictures WHERE id = $1 AND ($2 = '' OR owner = $2) RETURNING owner", {id, owner});
    if (rows.empty()) throw Error(ErrorCategory::not_found, fmt::format("there is no picture {}", id.substr(0, 64)));
    for (const auto& row : rows) {
      // A job without all its pictures answers for no other.
      transaction.run(
          "UPDATE jobs SET recipe = '' WHERE owner = $2 AND id IN (SELECT job FROM job_pictures WHERE picture = $1 AND role = "
          "'result')",
          {id, row.text(0)});
      transaction.run("DELETE FROM job_pictures WHERE picture = $1 AND job IN (SELECT id FROM jobs WHERE owner = $2)",
                      {id, row.text(0)});
    }
    if (transaction.run("SELECT 1 FROM pictures WHERE id = $1 LIMIT 1", {id}).empty()) unnamed.push_back(id);
  });
  return unnamed;
}

}  // namespace inkstone::studio
