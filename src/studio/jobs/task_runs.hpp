// How each task runs as a job: the same calls of the Studio that the command line makes.
#pragma once

#include "studio/jobs/task_table.hpp"

namespace inkstone::studio::task_runs {

using nlohmann::json;

TaskOutcome paint(const json& request, TaskRun& run);
TaskOutcome stylize(const json& request, TaskRun& run);
TaskOutcome upscale(const json& request, TaskRun& run);
TaskOutcome restore(const json& request, TaskRun& run);
TaskOutcome dream(const json& request, TaskRun& run);
TaskOutcome project(const json& request, TaskRun& run);
TaskOutcome explain(const json& request, TaskRun& run);
TaskOutcome annotate(const json& request, TaskRun& run);
TaskOutcome post(const json& request, TaskRun& run);
TaskOutcome evaluate(const json& request, TaskRun& run);
TaskOutcome bench(const json& request, TaskRun& run);
TaskOutcome train(const json& request, TaskRun& run);
TaskOutcome replay(const json& request, TaskRun& run);
TaskOutcome pull(const json& request, TaskRun& run);

// One picture of a model that reads; and one of each seed.
bool paint_shares(const json& request);
std::vector<TaskOutcome> paint_together(const json& request, const std::vector<std::int64_t>& seeds, TaskRun& run);

std::vector<Field> paint_fields();
std::vector<Field> stylize_fields();
std::vector<Field> annotate_fields();
std::vector<Field> evaluate_fields();
std::vector<Field> train_fields();

}  // namespace inkstone::studio::task_runs
