// A scheduler of diffusers, as a model's scheduler_config.json names it -> the solver, levels and options that follow it.
#pragma once

#include <optional>
#include <string>

#include "sample/solvers/table.hpp"

namespace inkstone {

// The keys that decide how it samples, by their names there; absent: the default of that class (version 0.27).
struct DiffusersScheduler {
  std::string class_name;  // "_class_name"
  std::optional<std::string> timestep_spacing = {}, algorithm_type = {}, solver_type = {}, final_sigmas_type = {};
  std::optional<int64_t> steps_offset = {}, solver_order = {};
  std::optional<double> shift = {};  // of flow matching
  std::optional<bool> set_alpha_to_one = {}, use_karras_sigmas = {};
};

struct SamplerChoice {
  const SolverEntry* solver;
  std::string schedule;  // leading, trailing, linspace or flow
  SolverOptions solver_options = {};
  ScheduleOptions schedule_options = {};
};

// Throws bad_argument for a class that no solver follows, unsupported for an algorithm that none has (dpmsolver of first order in
// noise).
SamplerChoice sampler_of(const DiffusersScheduler& scheduler);

}  // namespace inkstone
