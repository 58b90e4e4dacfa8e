// What keeping a queue costs.
//   jobs_queue FOLDER DATABASE [JOBS]   DATABASE "" is SQLite in FOLDER
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "inkstone/jobs.hpp"
#include "inkstone/studio.hpp"

namespace {

namespace fs = std::filesystem;
using namespace inkstone;
using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + values.size() / 2, values.end());
  return values[values.size() / 2];
}

JobOrder order(std::int64_t seed) {
  const nlohmann::json request = {{"model", "procedural/julia"}, {"width", 64}, {"seed", seed}};
  return {.task = "paint", .request = request.dump(), .owner = "ann", .priority = 0, .client_key = ""};
}

double bare(Studio& studio, std::int64_t seed, const fs::path& folder) {
  PaintRequest request;
  request.model.value = "procedural/julia";
  request.width = 64;
  request.seed = seed;
  Observer silent;
  const auto start = Clock::now();
  studio.save(studio.paint(request, silent).front(), folder / "bare.png");
  return milliseconds_since(start);
}

double through_the_queue(Jobs& jobs, std::int64_t seed) {
  const auto start = Clock::now();
  jobs.wait(jobs.submit(order(seed)), 60'000);
  return milliseconds_since(start);
}

// Bare and queued in turn, so that whatever else runs here weighs on both.
void overhead(const Jobs::Settings& settings, int count) {
  Jobs jobs(settings);
  Studio studio(1);
  std::vector<double> alone, queued;
  through_the_queue(jobs, 1'000'000);
  for (int k = 0; k < count; ++k) {
    alone.push_back(bare(studio, k, settings.folder));
    queued.push_back(through_the_queue(jobs, k));
  }
  std::printf("bare %.2f ms, as a job %.2f ms: overhead %.2f ms (medians of %d)\n", median(alone), median(queued),
              median(queued) - median(alone), count);
}

void throughput(Jobs::Settings settings, int count) {
  settings.work = false;
  std::vector<std::string> ids;
  Clock::time_point start = Clock::now();
  {
    Jobs jobs(settings);
    start = Clock::now();
    for (int k = 0; k < count; ++k) ids.push_back(jobs.submit(order(2'000'000 + k)));
    std::printf("%.0f jobs/s submitted", 1000.0 * count / milliseconds_since(start));
  }
  settings.work = true;
  Jobs jobs(settings);
  jobs.wait(ids.front(), 60'000);
  start = Clock::now();
  for (const auto& id : ids) jobs.wait(id, 600'000);
  std::printf(", %.0f jobs/s painted and kept by one worker (64 x 64 pixels)\n",
              1000.0 * (count - 1) / milliseconds_since(start));
  start = Clock::now();
  for (const auto& id : ids) jobs.find(id);
  std::printf("%.3f ms to look at a job", milliseconds_since(start) / count);
  start = Clock::now();
  for (int k = 0; k < 20; ++k) jobs.list();
  std::printf(", %.2f ms to list the last 50\n", milliseconds_since(start) / 20);
}

}  // namespace

int main(int count, char** words) try {
  if (count < 3) return std::fputs("usage: jobs_queue FOLDER DATABASE [JOBS]\n", stderr), 2;
  Jobs::Settings settings;
  settings.folder = words[1];
  settings.database = words[2];
  settings.threads = 1;
  settings.limits.unfinished = 0;
  const int jobs = count > 3 ? std::atoi(words[3]) : 300;
  overhead(settings, std::min(jobs, 200));
  throughput(settings, jobs);
  return 0;
} catch (const Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
