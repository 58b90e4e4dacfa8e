#include "server/metrics.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/memory.hpp"
#include "inkstone/jobs.hpp"

namespace inkstone::server {
namespace {

std::string series_head(std::string_view name, std::string_view kind, std::string_view help) {
  return fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, kind);
}

std::string single_value(std::string_view name, std::string_view kind, std::string_view help, double value) {
  return series_head(name, kind, help) + fmt::format("{} {}\n", name, value);
}

std::string job_lines(const JobsSummary& jobs) {
  auto text = series_head("inkstone_jobs", "gauge", "Jobs by state.");
  for (const auto state :
       {JobState::queued, JobState::running, JobState::paused, JobState::done, JobState::failed, JobState::cancelled}) {
    const auto found = jobs.jobs.find(state);
    text += fmt::format("inkstone_jobs{{state=\"{}\"}} {}\n", state_name(state), found == jobs.jobs.end() ? 0 : found->second);
  }
  text += single_value("inkstone_pictures", "gauge", "Pictures that are kept.", double(jobs.pictures));
  text += single_value("inkstone_picture_bytes", "gauge", "Bytes of pictures that are kept.", double(jobs.picture_bytes));
  return text + single_value("inkstone_database_up", "gauge", "1 while the database answers.", jobs.reachable ? 1 : 0);
}

std::string model_lines(const ModelMemory& models) {
  return single_value("inkstone_models_loaded", "gauge", "Models in memory.", double(models.models)) +
         single_value("inkstone_model_bytes", "gauge", "Memory of models that stay loaded.", double(models.bytes)) +
         single_value("inkstone_model_budget_bytes", "gauge", "What they may take.", double(models.budget)) +
         single_value("inkstone_model_hits_total", "counter", "Models that were in memory when a job asked for them.",
                      double(models.hits)) +
         single_value("inkstone_model_loads_total", "counter", "Models that were loaded.", double(models.loads)) +
         single_value("inkstone_model_evictions_total", "counter", "Models that made room for others.", double(models.evictions));
}

}  // namespace

void Metrics::count_request(const std::string& method, const std::string& route, int status, double seconds) {
  const auto bucket = std::lower_bound(kBounds.begin(), kBounds.end(), seconds) - kBounds.begin();
  const std::lock_guard lock(mutex_);
  ++requests_[{method, route, status}];
  ++buckets_[static_cast<std::size_t>(bucket)];
  seconds_ += seconds;
}

std::string Metrics::text(const JobsSummary& jobs) const {
  auto text = job_lines(jobs) + model_lines(jobs.models);
  text += single_value("inkstone_http_connections", "gauge", "Open connections.", double(connections));
  text += single_value("inkstone_http_event_streams", "gauge", "Clients that follow events.", double(streams));
  text += single_value("inkstone_http_refused_connections_total", "counter", "Connections above the limit.",
                       double(refused_connections));
  text += single_value("process_resident_memory_bytes", "gauge", "Resident memory.", double(resident_memory()));
  const std::lock_guard lock(mutex_);
  text += series_head("inkstone_http_requests_total", "counter", "Requests by method, route and status.");
  for (const auto& [key, count] : requests_) {
    const auto& [method, route, status] = key;
    text += fmt::format("inkstone_http_requests_total{{method=\"{}\",route=\"{}\",status=\"{}\"}} {}\n", method, route, status,
                        count);
  }
  text += series_head("inkstone_http_request_seconds", "histogram", "Time to the end of the answer.");
  std::int64_t sum = 0;
  for (std::size_t k = 0; k < kBounds.size(); ++k)
    text += fmt::format("inkstone_http_request_seconds_bucket{{le=\"{}\"}} {}\n", kBounds[k], sum += buckets_[k]);
  sum += buckets_.back();
  return text + fmt::format(
                    "inkstone_http_request_seconds_bucket{{le=\"+Inf\"}} {0}\ninkstone_http_request_seconds_sum "
                    "{1}\ninkstone_http_request_seconds_count {0}\n",
                    sum, seconds_);
}

}  // namespace inkstone::server
