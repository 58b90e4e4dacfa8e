// The queue as the database holds it. Every method is one transaction, so that whatever dies between two of them leaves a queue
// that another process can go on with. A running job belongs to whoever knows its token: results and signs of life under an old
// token are refused, which is why nothing is kept twice.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "inkstone/jobs.hpp"
#include "studio/jobs/database.hpp"

namespace inkstone::studio {

struct NewJob {
  JobOrder order;
  std::string recipe;  // hash of what paints the same; empty: nothing does
  std::string kin;     // the same whatever the seed; empty: nothing shares a batch with it
  std::string model, prompt;
  std::vector<std::string> parents;
};

struct Lease {
  std::string job, owner, token;
};

struct ClaimedJob {
  JobStatus status;
  Lease lease;
  std::string kin;
};

struct JobResult {
  JobState state = JobState::done;  // done, failed or cancelled
  std::vector<StoredPicture> pictures;
  std::string report, error_category, error;
};

// What a running job tells.
struct JobNews {
  std::string progress;                                     // JSON; empty: as before
  std::vector<std::pair<std::string, std::string>> events;  // kind and data
};

// A running job as another process sees it.
struct RunningJob {
  std::string id, token, worker;
  std::int64_t beats = 0;
};

class JobStore {
 public:
  JobStore(std::unique_ptr<Database> database, std::function<std::int64_t()> clock, JobLimits limits);

  Database& database() { return *database_; }
  std::int64_t now() const { return clock_(); }

  // Orders. Throw not_found, JobConflict, LimitReached.
  std::string submit(const NewJob& job);
  void cancel(const std::string& id);
  void pause(const std::string& id);
  void resume(const std::string& id);
  void set_priority(const std::string& id, int priority);
  void move(const std::string& id, QueueMove move);
  // These three give the pictures that nobody names any more: their files are to be removed.
  std::vector<std::string> retry(const std::string& id);
  std::vector<std::string> erase(const std::string& id);
  std::vector<std::string> erase_owner(const std::string& owner, std::vector<std::string>& jobs);

  // Work. The next job by priority, then the owner with the least running and the longest wait, then place; jobs whose equal has
  // been painted are answered on the way, jobs whose equal is being painted wait for it.
  std::optional<ClaimedJob> claim(const std::string& worker);
  // Of whomever, in the same order, so many at most as share a batch with this job and are as urgent. What a worker died of is
  // tried alone.
  std::vector<ClaimedJob> claim_kin(const std::string& worker, const ClaimedJob& job, int most);
  // A sign of life, with news. What is wished of the job ("", "cancel" or "pause"); nullopt: it belongs to somebody else now.
  std::optional<std::string> beat(const Lease& lease, const JobNews& news);
  // With the last news. False where the job belongs to somebody else now: nothing was kept.
  bool finish(const Lease& lease, const JobResult& result, const JobNews& news = {});
  // Stopped before its end: cancelled or paused as is wished, else queued again and the attempt not counted. The state; nullopt
  // as above. pictures: kept where it is cancelled.
  std::optional<JobState> stopped(const Lease& lease, const std::vector<StoredPicture>& pictures, const JobNews& news = {});
  std::vector<RunningJob> running();
  // Takes the job from a worker that has died, unless it has shown life since. After so many attempts the job has failed.
  void take_back(const RunningJob& job, int most_attempts);

  // Looking.
  JobStatus find(const std::string& id);
  std::vector<JobStatus> list(const JobQuery& query);
  std::map<JobState, std::int64_t> counts();

  // Pictures. owner "": of anybody. Throw not_found, LimitReached.
  void add_picture(const StoredPicture& picture, const std::string& owner);
  StoredPicture picture(const std::string& id, const std::string& owner);
  std::vector<std::string> forget_picture(const std::string& id, const std::string& owner);
  // Of these, those that nobody names.
  std::vector<std::string> unnamed(const std::vector<std::string>& ids);
  std::pair<std::uint64_t, std::uint64_t> picture_totals();  // number and bytes

  // Events, oldest first, at most limit.
  std::vector<JobEvent> events_after(std::int64_t number, const std::string& owner, int limit);
  std::int64_t last_event();
  void forget_old_events(std::int64_t kept);

 private:
  std::optional<ClaimedJob> begin_next(Transaction& transaction, const std::string& worker, const ClaimedJob* with);
  void put_result(Transaction& transaction, const Lease& lease, const std::vector<StoredPicture>& pictures);
  static void put_news(Transaction& transaction, const Lease& lease, const JobNews& news);

  std::unique_ptr<Database> database_;
  std::function<std::int64_t()> clock_;
  JobLimits limits_;
};

// What the methods share inside their transactions.
namespace job_sql {

// The columns that status_of reads.
extern const std::string_view kColumns;
JobStatus status_of(const Row& row);

// Adds the pictures and parents to jobs.
void add_pictures(Transaction& transaction, std::vector<JobStatus>& jobs);

// The number of the event.
std::int64_t add_event(Transaction& transaction, const std::string& job, const std::string& owner, std::string_view kind,
                       const std::string& data);
std::int64_t add_state_event(Transaction& transaction, const std::string& job, const std::string& owner, JobState state,
                             bool stopping = false, const std::string& error = "");

// Rows of pictures of owner that were painted, that no job names any more; of ids. The ids whose last row that was.
std::vector<std::string> drop_unused(Transaction& transaction, const std::vector<std::string>& ids, const std::string& owner);

// Gives job the results of an equal one that is done, where there is one.
bool answer(Transaction& transaction, const std::string& job, const std::string& owner, const std::string& recipe,
            std::int64_t now);

// Whatever contains text, for LIKE ... ESCAPE '!' over words.
std::string like(const std::string& text);

[[noreturn]] void no_job(const std::string& id);

}  // namespace job_sql
}  // namespace inkstone::studio
