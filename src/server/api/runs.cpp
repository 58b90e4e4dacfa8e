// Training seen as runs: curves and sample grids out of their folders. /v1/runs.
#include <algorithm>
#include <charconv>
#include <fstream>

#include <fmt/format.h>

#include "server/api/handlers.hpp"
#include "server/api/job_json.hpp"
#include "server/api/orders.hpp"
#include "server/api/parameters.hpp"
#include "server/http/conditional.hpp"

namespace inkstone::server {
namespace {

using nlohmann::ordered_json;
namespace fs = std::filesystem;

constexpr std::size_t kMostSamples = 500, kMostRows = 20'000;

JobStatus visible_run(Service& service, const Request& request) {
  auto job = visible_job(service, request.user, request.parameter("id"));
  if (job.task != "train") throw Error(ErrorCategory::not_found, "this job is no run of training");
  return job;
}

// Grids are written as samples-000500.png and the like; the last number of the name is the step.
std::int64_t step_of(const std::string& name) {
  const auto last = name.find_last_of("0123456789");
  if (last == std::string::npos) return 0;
  auto first = last;
  while (first > 0 && name[first - 1] >= '0' && name[first - 1] <= '9') --first;
  std::int64_t step = 0;
  std::from_chars(name.data() + first, name.data() + last + 1, step);
  return step;
}

// Pictures anywhere in the run, by their names alone.
std::vector<fs::path> sample_files(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end && files.size() < kMostSamples;
       at.increment(error))
    if (const auto kind = at->path().extension(); kind == ".png" || kind == ".jpg") files.push_back(at->path());
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) {
    return std::pair(step_of(a.filename().string()), a) < std::pair(step_of(b.filename().string()), b);
  });
  return files;
}

ordered_json samples_json(Service& service, const std::string& id) {
  auto samples = ordered_json::array();
  for (const auto& file : sample_files(service.jobs.run_folder(id))) {
    const auto name = file.filename().string();
    samples.push_back({{"url", fmt::format("/v1/runs/{}/samples/{}", id, name)}, {"step", step_of(name)}});
  }
  return samples;
}

ordered_json run_json(Service& service, const JobStatus& job) {
  const auto request = stored_json(job.request);
  const auto text = [&](const char* name) {
    return request.is_object() && request.contains(name) && request[name].is_string() ? request[name].get<std::string>()
                                                                                      : std::string();
  };
  const auto report = stored_json(job.report);
  return {{"id", job.id},
          {"config", text("config")},
          {"data", text("data")},
          {"family", report.is_object() ? report.value("family", "") : ""},
          {"state", state_name(job.state)},
          {"step", job.step},
          {"total", job.total},
          {"started", time_json(job.started)},
          {"finished", time_json(job.finished)},
          {"samples", samples_json(service, job.id)}};
}

// Lines that are half written, or hold more than numbers, give what they have.
ordered_json metric_row(const std::string& line) {
  const auto parsed = stored_json(line);
  auto row = ordered_json::object();
  if (parsed.is_object())
    for (const auto& [name, value] : parsed.items())
      if (value.is_number()) row[name] = value;
  return row;
}

}  // namespace

Response list_runs(Service& service, const Request& request) {
  JobQuery query;
  query.owner = request.user.sees();
  query.task = "train";
  query.limit = int(query_number(request, "limit", 100, 1, 500));
  query.before = request.query_value("before").value_or("");
  auto runs = ordered_json::array();
  for (const auto& job : service.jobs.list(query)) runs.push_back(run_json(service, job));
  return json_response(200, dumped({{"runs", std::move(runs)}}));
}

Response get_run_metrics(Service& service, const Request& request) {
  const auto job = visible_run(service, request);
  const auto after = query_number(request, "after", -1, -1, std::numeric_limits<std::int64_t>::max());
  std::ifstream file(service.jobs.run_folder(job.id) / "metrics.jsonl");
  auto rows = ordered_json::array();
  for (std::string line; rows.size() < kMostRows && std::getline(file, line);)
    if (auto row = metric_row(line); row.contains("step") && row["step"].get<double>() > double(after))
      rows.push_back(std::move(row));
  return json_response(200, dumped({{"rows", std::move(rows)}}));
}

// The name is looked up among the files that are there; no path is made from it.
Response get_run_sample(Service& service, const Request& request) {
  const auto job = visible_run(service, request);
  for (const auto& file : sample_files(service.jobs.run_folder(job.id)))
    if (file.filename() == request.parameter("name")) {
      const auto tag = fmt::format("\"{}-{}\"", job.id, fs::last_write_time(file).time_since_epoch().count());
      auto response = file_response(request, file, file.extension() == ".png" ? "image/png" : "image/jpeg", tag);
      response.set("Cache-Control", "private, no-cache");
      return response;
    }
  throw Error(ErrorCategory::not_found, "the run has no such picture");
}

}  // namespace inkstone::server
