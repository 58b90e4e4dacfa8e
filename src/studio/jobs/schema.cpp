#include "studio/jobs/schema.hpp"

#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone::studio {
namespace {

// {numbered} is the dialect's. Steps are never changed once released; a new one goes to the end. Nothing is NULL: absent is '' or
// 0.
constexpr std::string_view kSteps[] = {
    R"(
CREATE TABLE jobs (
  seq {numbered},
  id TEXT NOT NULL UNIQUE,
  owner TEXT NOT NULL,
  task TEXT NOT NULL,
  request TEXT NOT NULL,
  recipe TEXT NOT NULL,                     -- hash of what paints the same; '' where nothing does
  client_key TEXT NOT NULL,
  state TEXT NOT NULL,
  wish TEXT NOT NULL DEFAULT '',            -- 'cancel' or 'pause', to whoever runs it
  priority BIGINT NOT NULL,
  attempts BIGINT NOT NULL DEFAULT 0,
  created BIGINT NOT NULL,
  started BIGINT NOT NULL DEFAULT 0,
  finished BIGINT NOT NULL DEFAULT 0,
  token TEXT NOT NULL DEFAULT '',           -- of the lease
  worker TEXT NOT NULL DEFAULT '',          -- the process that holds it
  beats BIGINT NOT NULL DEFAULT 0,          -- its signs of life
  progress TEXT NOT NULL DEFAULT '',
  error_category TEXT NOT NULL DEFAULT '',
  error TEXT NOT NULL DEFAULT '',
  report TEXT NOT NULL DEFAULT '',
  from_store BIGINT NOT NULL DEFAULT 0,
  model TEXT NOT NULL,
  prompt TEXT NOT NULL,
  words TEXT NOT NULL                       -- what is searched, in lower case
);
CREATE INDEX jobs_queue ON jobs (state, owner, priority, seq);
CREATE INDEX jobs_owner ON jobs (owner, seq);
CREATE INDEX jobs_recipe ON jobs (recipe, owner) WHERE recipe <> '';
CREATE UNIQUE INDEX jobs_client_key ON jobs (owner, client_key) WHERE client_key <> '';
CREATE TABLE pictures (
  owner TEXT NOT NULL,
  id TEXT NOT NULL,
  media_type TEXT NOT NULL,
  name TEXT NOT NULL,
  width BIGINT NOT NULL,
  height BIGINT NOT NULL,
  bytes BIGINT NOT NULL,
  uploaded BIGINT NOT NULL,
  PRIMARY KEY (owner, id)
);
CREATE INDEX pictures_id ON pictures (id);
CREATE TABLE job_pictures (
  job TEXT NOT NULL,
  role TEXT NOT NULL,                       -- 'result' or 'parent'
  position BIGINT NOT NULL,
  picture TEXT NOT NULL,
  PRIMARY KEY (job, role, position)
);
CREATE INDEX job_pictures_picture ON job_pictures (picture);
CREATE TABLE owners (
  name TEXT PRIMARY KEY,
  served BIGINT NOT NULL                    -- number of the event of the job that was last begun for them
);
CREATE TABLE events (
  number {numbered},
  job TEXT NOT NULL,
  owner TEXT NOT NULL,
  kind TEXT NOT NULL,
  data TEXT NOT NULL
);
CREATE INDEX events_job ON events (job);
)",
    // A job stands in the queue at seq + shift; what annotations say of its pictures is searched too.
    R"(
ALTER TABLE jobs ADD COLUMN shift BIGINT NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN tags TEXT NOT NULL DEFAULT '';  -- of its pictures, in lower case
DROP INDEX jobs_queue;
CREATE INDEX jobs_queue ON jobs (state, owner, priority, (seq + shift));
)",
    R"(
ALTER TABLE jobs ADD COLUMN kin TEXT NOT NULL DEFAULT '';  -- as recipe, whatever the seed; '' where nothing shares a batch with it
CREATE INDEX jobs_kin ON jobs (kin, state) WHERE kin <> '';
)",
};

constexpr std::int64_t kVersion = std::size(kSteps);

void replace_numbered(std::string& sql, std::string_view with) {
  constexpr std::string_view kMark = "{numbered}";
  for (auto at = sql.find(kMark); at != std::string::npos; at = sql.find(kMark)) sql.replace(at, kMark.size(), with);
}

}  // namespace

void migrate(Database& database) {
  database.write([](Transaction& transaction) {
    const auto& dialect = transaction.dialect();
    if (!dialect.in_order.empty()) transaction.run_script(std::string(dialect.in_order));
    transaction.run_script("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)");
    const auto rows = transaction.run("SELECT version FROM schema_version");
    const auto version = rows.empty() ? 0 : rows.front().integer(0);
    if (version > kVersion)
      throw Error(ErrorCategory::unsupported,
                  fmt::format("the database of jobs is of a later version ({}); this program knows {}", version, kVersion));
    if (version == kVersion) return;
    for (auto step = version; step < kVersion; ++step) {
      std::string sql(kSteps[step]);
      replace_numbered(sql, dialect.numbered);
      transaction.run_script(sql);
    }
    transaction.run_script("DELETE FROM schema_version");
    transaction.run("INSERT INTO schema_version (version) VALUES ($1)", {kVersion});
  });
}

}  // namespace inkstone::studio
