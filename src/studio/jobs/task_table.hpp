// The tasks that can be asked for as jobs: one line each in task_table.cpp, and how a request of each becomes a call of the
// Studio.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/options.hpp"
#include "inkstone/studio.hpp"
#include "studio/jobs/references.hpp"

namespace inkstone::studio {

struct TaskRun {
  Studio& studio;
  Observer& observer;
  References& references;
  std::filesystem::path scratch;  // an empty folder for files on their way
  std::string job;
};

struct TaskOutcome {
  std::vector<Painting> paintings;
  int frames_per_second = 0;                 // above 0: the paintings are the frames of one film
  std::vector<std::filesystem::path> files;  // pictures that are written already
  std::string report;                        // JSON
  bool stopped = false;                      // the observer asked to stop
};

struct JobTask {
  const char *name, *summary, *gives;
  std::vector<Field> (*fields)();     // what a client may say
  std::vector<const char*> required;  // of these
  bool repeatable;                    // the same request with a seed of 0 or more gives the same pictures
  bool models_by_path;                // the studio takes no names there
  // request: what was said, with pictures, models and chains as the studio takes them. Throws what the Studio throws.
  TaskOutcome (*run)(const nlohmann::json& request, TaskRun& run);
  // Null where nothing shares a batch. Whether this request may share one with those that differ from it in their seeds alone;
  // and the outcome of each seed.
  bool (*shares)(const nlohmann::json& request) = nullptr;
  std::vector<TaskOutcome> (*run_together)(const nlohmann::json& request, const std::vector<std::int64_t>& seeds,
                                           TaskRun& run) = nullptr;
};

std::span<const JobTask> job_tasks();
// Throws not_found with the nearest name.
const JobTask& job_task(const std::string& name);

// What was said under the proper names of the fields, checked one by one. Throws bad_argument, LimitReached.
nlohmann::json checked_request(const JobTask& task, const std::string& request, std::uint64_t most_bytes);

// The same as the studio takes it. Throws not_found, bad_argument.
nlohmann::json resolved_request(const JobTask& task, const nlohmann::json& request, References& references);

// What is the same wherever the same is painted: all fields, with what their defaults are here, the model's files, and those that
// prompts may name. Empty where the task does not repeat itself.
std::string recipe_hash(const JobTask& task, const nlohmann::json& request, const nlohmann::json& resolved,
                        const JobsSettings& settings);
// What is the same wherever only the seed is another. Empty where the request shares no batch.
std::string kin_hash(const JobTask& task, nlohmann::json request, const nlohmann::json& resolved, const JobsSettings& settings);

}  // namespace inkstone::studio
