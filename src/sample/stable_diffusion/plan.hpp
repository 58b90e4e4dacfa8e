// How the noise falls while a picture is painted: which solver walks along which levels, from names or from the checkpoint's
// scheduler.
#pragma once

#include <string>

#include "models/stable_diffusion/checkpoint.hpp"
#include "sample/solvers/table.hpp"
#include "sample/stable_diffusion/brief.hpp"
#include "sample/trajectory.hpp"

namespace inkstone::sd {

struct Plan {
  const SolverEntry* solver = nullptr;
  std::string schedule;
  ScheduleOptions schedule_options;
  SolverOptions options;
  Trajectory trajectory;
  bool part = false;  // of a longer walk: it starts from a picture under noise
};

NoiseSchedule schedule_of(const SchedulerSettings& settings);

// What a checkpoint's files call epsilon, v and sample.
inkstone::Prediction prediction_of(Prediction prediction);

// strength below 1: the last part of a walk of so many steps. schedule is kept by reference. Throws bad_argument: a solver or
// schedule that is unknown or for other models, a strength that leaves no step.
Plan plan_of(const Brief& brief, const SchedulerSettings& settings, const NoiseSchedule& schedule, int64_t steps,
             double strength);

}  // namespace inkstone::sd
