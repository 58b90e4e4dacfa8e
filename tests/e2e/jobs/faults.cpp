// A queue under fire: workers are killed at random while jobs run, and at the end every job is done once.
//   jobs_faults storm FOLDER DATABASE JOBS KILLS SHARE   orchestrates; DATABASE "" is SQLite in FOLDER
//   jobs_faults work FOLDER DATABASE SHARE               a worker, until it is killed
// SHARE: so many jobs of words share a batch; 1: they are painted by rule, one by one.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <map>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "inkstone/jobs.hpp"

namespace {

namespace fs = std::filesystem;
using inkstone::Jobs;
using inkstone::JobState;
using namespace std::chrono_literals;

Jobs::Settings settings(const std::string& folder, const std::string& database, int share, bool work) {
  Jobs::Settings settings;
  settings.folder = folder;
  settings.database = database;
  settings.threads = 1;
  settings.work = work;
  settings.share_batch = share;
  settings.lease_seconds = 5;
  settings.attempts = 1000;  // being shot is not the job's fault
  settings.limits.unfinished = 0;
  return settings;
}

int work(const std::string& folder, const std::string& database, int share) {
  Jobs jobs(settings(folder, database, share, true));
  for (;;) std::this_thread::sleep_for(1h);
}

// Dies with this process.
pid_t spawn_worker(const char* program, const std::string& folder, const std::string& database, int share) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::execl(program, program, "work", folder.c_str(), database.c_str(), std::to_string(share).c_str(),
            static_cast<char*>(nullptr));
    ::_exit(127);
  }
  return child;
}

void kill_worker(pid_t worker) {
  ::kill(worker, SIGKILL);
  ::waitpid(worker, nullptr, 0);
}

nlohmann::json request(int seed, int share) {
  if (share > 1) return {{"prompt", "a red fox"}, {"steps", 2}, {"seed", seed}};
  return {{"model", "procedural/julia"}, {"width", 32}, {"seed", seed}};
}

std::vector<std::string> submit_all(Jobs& jobs, int count, int share) {
  std::vector<std::string> ids;
  for (int k = 0; k < count; ++k) {
    ids.push_back(jobs.submit({.task = "paint",
                               .request = request(k, share).dump(),
                               .owner = fmt::format("owner{}", k % 7),
                               .priority = k % 3,
                               .client_key = std::to_string(k)}));
  }
  return ids;
}

std::int64_t unfinished(const Jobs& jobs) {
  std::int64_t count = 0;
  for (const auto& [state, number] : jobs.summary().jobs)
    if (state == JobState::queued || state == JobState::running) count += number;
  return count;
}

std::size_t files_in(const fs::path& folder) {
  std::size_t count = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    count += entry.is_regular_file() && entry.path().extension() == ".png";
  return count;
}

// None lost, none double: every job done with one picture that is on the disk, and no picture of two jobs.
int check(const Jobs& jobs, const std::vector<std::string>& ids, const std::string& folder) {
  std::set<std::string> pictures;
  std::map<int, int> attempts;
  int faults = 0;
  for (const auto& id : ids) {
    const auto job = jobs.find(id);
    ++attempts[job.attempts];
    const bool good = job.state == JobState::done && job.pictures.size() == 1 &&
                      pictures.insert(job.pictures.front().id).second &&
                      fs::exists(jobs.picture_file(job.pictures.front().id).path);
    if (!good)
      std::printf("job %s is %s with %zu pictures: %s\n", id.c_str(), std::string(state_name(job.state)).c_str(),
                  job.pictures.size(), job.error.c_str());
    faults += !good;
  }
  for (const auto& [times, count] : attempts) std::printf("%d jobs took %d attempts\n", count, times);
  std::printf("%zu pictures in the queue, %zu files\n", pictures.size(), files_in(fs::path(folder) / "blobs"));
  if (jobs.summary().pictures != ids.size()) ++faults;
  return faults;
}

int storm(const char* program, const std::string& folder, const std::string& database, int count, int kills, int share) {
  Jobs jobs(settings(folder, database, share, false));
  const auto ids = submit_all(jobs, count, share);
  const auto spawn = [&] { return spawn_worker(program, folder, database, share); };
  std::vector<pid_t> workers = {spawn(), spawn()};
  std::mt19937 random(7);
  const auto start = std::chrono::steady_clock::now();
  int killed = 0;
  while (unfinished(jobs) > 0 && std::chrono::steady_clock::now() - start < 8min) {
    std::this_thread::sleep_for(std::chrono::milliseconds(300 + random() % 1500));
    if (killed >= kills) continue;
    auto& victim = workers[random() % workers.size()];
    kill_worker(victim);
    victim = spawn();
    ++killed;
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  for (const pid_t worker : workers) kill_worker(worker);
  std::printf("%d jobs, %d workers killed, %.1f s\n", count, killed, seconds);
  return check(jobs, ids, folder) == 0 ? 0 : 1;
}

}  // namespace

int main(int count, char** words) try {
  const std::vector<std::string> given(words + 1, words + count);
  if (given.size() == 4 && given[0] == "work") return work(given[1], given[2], std::stoi(given[3]));
  if (given.size() == 6 && given[0] == "storm")
    return storm("/proc/self/exe", given[1], given[2], std::stoi(given[3]), std::stoi(given[4]), std::stoi(given[5]));
  std::fputs("usage: jobs_faults storm FOLDER DATABASE JOBS KILLS SHARE | work FOLDER DATABASE SHARE\n", stderr);
  return 2;
} catch (const inkstone::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
