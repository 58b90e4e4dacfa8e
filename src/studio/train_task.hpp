// From a TrainRequest to a run: config, data, family, processes and watchers, joined for the loop.
#pragma once

#include "families/plan.hpp"
#include "inkstone/studio.hpp"

namespace inkstone::studio {

// The config file, built-in config or, when resuming, the run's own, with the request's overrides. Throws bad_argument,
// not_found.
TrainPlan resolve_plan(const TrainRequest& request);

TrainingReport run_training(const TrainRequest& request, Observer& observer);

}  // namespace inkstone::studio
