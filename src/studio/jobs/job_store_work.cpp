// What workers ask of the queue.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/text.hpp"
#include "studio/jobs/job_store.hpp"
#include "studio/jobs/ulid.hpp"

namespace inkstone::studio {
namespace {

using nlohmann::json;
using namespace job_sql;

struct Turn {
  std::string owner;
  std::int64_t priority = 0;
};

// Any job where kin, which is $1, is empty; else what shares a batch with it and was never begun.
const char* of_kin(const std::string& kin) {
  return kin.empty() ? "CAST($1 AS TEXT) = ''" : "kin <> '' AND kin = $1 AND attempts = 0";
}

// Whose turn it is, best first.
std::vector<Turn> turns(Transaction& transaction, int most_running, const std::string& kin) {
  const auto rows = transaction.run(
      fmt::format(
          "SELECT q.owner, q.priority FROM (SELECT owner, priority, min(seq + shift) AS first FROM jobs "
          "WHERE state = 'queued' AND {} GROUP BY owner, priority) q "
          "LEFT JOIN (SELECT owner, count(*) AS n FROM jobs WHERE state = 'running' GROUP BY owner) r ON r.owner = q.owner "
          "LEFT JOIN owners o ON o.name = q.owner "
          "WHERE CAST($2 AS BIGINT) = 0 OR coalesce(r.n, 0) < CAST($2 AS BIGINT) "
          "ORDER BY q.priority DESC, coalesce(r.n, 0), coalesce(o.served, 0), q.first LIMIT 64",
          of_kin(kin)),
      {kin, std::int64_t(most_running)});
  std::vector<Turn> found;
  for (const auto& row : rows) found.push_back({row.text(0), row.integer(1)});
  return found;
}

// The first job of a turn that nobody else is about to take and whose equal is not being painted: its id, recipe and kin.
Rows first(Transaction& transaction, const Turn& turn, const std::string& kin) {
  return transaction.run(
      fmt::format("SELECT id, recipe, kin FROM jobs WHERE state = 'queued' AND {} AND owner = $2 AND priority = $3 "
                  "AND NOT (recipe <> '' AND EXISTS (SELECT 1 FROM jobs r WHERE r.recipe = jobs.recipe AND r.owner = $2 "
                  "AND r.state = 'running')) ORDER BY seq + shift LIMIT 1 {}",
                  of_kin(kin), transaction.dialect().skip_locked),
      {kin, turn.owner, turn.priority});
}

ClaimedJob begun(Transaction& transaction, const std::string& id, const std::string& owner, const std::string& kin,
                 const std::string& worker, std::int64_t time) {
  const auto token = new_ulid(time);
  auto rows = transaction.run(fmt::format("UPDATE jobs SET state = 'running', token = $2, worker = $3, beats = 0, attempts = "
                                          "attempts + 1, started = $4, wish = '', progress = '' "
                                          "WHERE id = $1 RETURNING {}",
                                          kColumns),
                              {id, token, worker, time});
  std::vector<JobStatus> job = {status_of(rows.at(0))};
  add_pictures(transaction, job);
  const auto served = add_state_event(transaction, id, owner, JobState::running);  // a clock that does not jump
  transaction.run("INSERT INTO owners (name, served) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET served = $2",
                  {owner, served});
  return {std::move(job.front()), {id, owner, token}, kin};
}

// What an annotation says of pictures goes to the jobs that made them.
void put_tags(Transaction& transaction, const std::string& owner, const std::string& report) {
  const auto noted = json::parse(report, nullptr, false);
  if (!noted.is_object()) return;
  for (const auto& picture : noted.value("pictures", json::array())) {
    const auto text = lower_ascii(picture.value("text", ""));
    if (text.empty()) continue;
    const auto rows = transaction.run(
        "UPDATE jobs SET tags = CASE WHEN tags = '' THEN $3 ELSE tags || ', ' || $3 END WHERE owner = $1 AND tags NOT LIKE $4 "
        "ESCAPE '!' AND id IN (SELECT job FROM job_pictures WHERE picture = $2 AND role = 'result') RETURNING id, state",
        {owner, picture.value("file_name", ""), text, like(text)});
    for (const auto& row : rows) add_state_event(transaction, row.text(0), owner, state_of(row.text(1)).value_or(JobState::done));
  }
}

// Held until the end of the transaction, so that two workers do not both give an owner the last place that is free.
void hold_turn(Transaction& transaction, int most_running) {
  if (const auto lock = transaction.dialect().in_order; most_running > 0 && !lock.empty()) transaction.run(lock);
}

}  // namespace

// The next whose turn it is; with whom: of those that share a batch with this job, and are as urgent.
std::optional<ClaimedJob> JobStore::begin_next(Transaction& transaction, const std::string& worker, const ClaimedJob* with) {
  const auto kin = with == nullptr ? std::string() : with->kin;
  for (const auto& turn : turns(transaction, limits_.running, kin)) {
    if (with != nullptr && turn.priority != with->status.priority) continue;
    for (auto rows = first(transaction, turn, kin); !rows.empty(); rows = first(transaction, turn, kin)) {
      const auto& row = rows.front();
      if (!answer(transaction, row.text(0), turn.owner, row.text(1), now()))
        return begun(transaction, row.text(0), turn.owner, row.text(2), worker, now());
    }
  }
  return std::nullopt;
}

std::optional<ClaimedJob> JobStore::claim(const std::string& worker) {
  std::optional<ClaimedJob> claimed;
  database_->read([&](Transaction& transaction) {  // an empty queue is looked at often, and is not to be locked for it
    if (!turns(transaction, limits_.running, "").empty()) claimed.emplace();
  });
  if (!claimed) return claimed;
  database_->write(
      [&](Transaction& transaction) {
        hold_turn(transaction, limits_.running);
        claimed = begin_next(transaction, worker, nullptr);
      },
      Durability::soon);  // forgotten, it is claimed again
  return claimed;
}

std::vector<ClaimedJob> JobStore::claim_kin(const std::string& worker, const ClaimedJob& job, int most) {
  std::vector<ClaimedJob> claimed;
  if (job.kin.empty() || job.status.attempts > 1) return claimed;
  database_->write(
      [&](Transaction& transaction) {
        claimed.clear();
        hold_turn(transaction, limits_.running);
        while (int(claimed.size()) < most) {
          auto next = begin_next(transaction, worker, &job);
          if (!next) return;
          claimed.push_back(std::move(*next));
        }
      },
      Durability::soon);
  return claimed;
}

std::optional<std::string> JobStore::beat(const Lease& lease, const JobNews& news) {
  std::optional<std::string> wish;
  database_->write(
      [&](Transaction& transaction) {
        const auto rows = transaction.run(
            "UPDATE jobs SET beats = beats + 1, progress = CASE WHEN $3 = '' THEN progress ELSE $3 END WHERE id = $1 AND token = "
            "$2 RETURNING wish",
            {lease.job, lease.token, news.progress});
        wish.reset();
        if (rows.empty()) return;
        wish = rows.front().text(0);
        put_news(transaction, lease, news);
      },
      Durability::soon);
  return wish;
}

void JobStore::put_news(Transaction& transaction, const Lease& lease, const JobNews& news) {
  for (const auto& [kind, data] : news.events) add_event(transaction, lease.job, lease.owner, kind, data);
}

void JobStore::put_result(Transaction& transaction, const Lease& lease, const std::vector<StoredPicture>& pictures) {
  for (std::size_t k = 0; k < pictures.size(); ++k) {
    const auto& picture = pictures[k];
    transaction.run(
        "INSERT INTO pictures (owner, id, media_type, name, width, height, bytes, uploaded) VALUES ($1, $2, $3, $4, $5, $6, $7, "
        "0) ON CONFLICT (owner, id) DO NOTHING",
        {lease.owner, picture.id, picture.media_type, picture.name, std::int64_t(picture.width), std::int64_t(picture.height),
         std::int64_t(picture.bytes)});
    transaction.run("INSERT INTO job_pictures (job, role, position, picture) VALUES ($1, 'result', $2, $3)",
                    {lease.job, std::int64_t(k), picture.id});
    add_event(transaction, lease.job, lease.owner, "picture", json{{"id", picture.id}}.dump());
  }
}

bool JobStore::finish(const Lease& lease, const JobResult& result, const JobNews& news) {
  bool ours = false;
  database_->write(
      [&](Transaction& transaction) {
        const auto rows = transaction.run(
            "UPDATE jobs SET state = $3, token = '', worker = '', wish = '', finished = $4, report = $5, error_category = $6, "
            "error = $7, "
            "progress = CASE WHEN $8 = '' THEN progress ELSE $8 END "
            "WHERE id = $1 AND token = $2 RETURNING task",
            {lease.job, lease.token, std::string(state_name(result.state)), now(), result.report, result.error_category,
             result.error, news.progress});
        ours = !rows.empty();
        if (!ours) return;
        put_news(transaction, lease, news);
        put_result(transaction, lease, result.pictures);
        if (rows.front().text(0) == "annotate") put_tags(transaction, lease.owner, result.report);
        add_state_event(transaction, lease.job, lease.owner, result.state, false, result.error);
      },
      Durability::soon);  // forgotten, it runs again
  return ours;
}

std::optional<JobState> JobStore::stopped(const Lease& lease, const std::vector<StoredPicture>& pictures, const JobNews& news) {
  std::optional<JobState> state;
  database_->write([&](Transaction& transaction) {
    state.reset();
    const auto rows = transaction.run(
        "UPDATE jobs SET state = CASE wish WHEN 'cancel' THEN 'cancelled' WHEN 'pause' THEN 'paused' ELSE 'queued' END, "
        "finished = CASE wish WHEN 'cancel' THEN CAST($3 AS BIGINT) ELSE 0 END, attempts = CASE wish WHEN 'cancel' THEN attempts "
        "ELSE attempts - 1 END, "
        "token = '', worker = '', wish = '' WHERE id = $1 AND token = $2 RETURNING state",
        {lease.job, lease.token, now()});
    if (rows.empty()) return;
    state = state_of(rows.front().text(0));
    put_news(transaction, lease, news);
    if (state == JobState::cancelled) put_result(transaction, lease, pictures);
    add_state_event(transaction, lease.job, lease.owner, *state);
  });
  return state;
}

std::vector<RunningJob> JobStore::running() {
  std::vector<RunningJob> jobs;
  database_->read([&](Transaction& transaction) {
    jobs.clear();
    for (const auto& row : transaction.run("SELECT id, token, worker, beats FROM jobs WHERE state = 'running'"))
      jobs.push_back({row.text(0), row.text(1), row.text(2), row.integer(3)});
  });
  return jobs;
}

void JobStore::take_back(const RunningJob& job, int most_attempts) {
  const auto error = fmt::format("its worker died {} times while running it; the server's log may say of what", most_attempts);
  database_->write([&](Transaction& transaction) {
    const auto rows = transaction.run(
        "UPDATE jobs SET state = CASE WHEN wish = 'cancel' THEN 'cancelled' WHEN wish = 'pause' THEN 'paused' WHEN attempts >= "
        "$4 THEN 'failed' ELSE 'queued' END, "
        "error = CASE WHEN wish = '' AND attempts >= $4 THEN $5 ELSE '' END, error_category = CASE WHEN wish = '' AND attempts "
        ">= $4 THEN 'io' ELSE '' END, "
        "finished = CASE WHEN wish = 'cancel' OR (wish = '' AND attempts >= $4) THEN CAST($6 AS BIGINT) ELSE 0 END, token = '', "
        "worker = '', wish = '' "
        "WHERE id = $1 AND token = $2 AND beats = $3 AND state = 'running' RETURNING owner, state, error",
        {job.id, job.token, job.beats, std::int64_t(most_attempts), error, now()});
    if (rows.empty()) return;
    add_state_event(transaction, job.id, rows.front().text(0), state_of(rows.front().text(1)).value_or(JobState::queued), false,
                    rows.front().text(2));
  });
}

}  // namespace inkstone::studio
