#include "sample/stable_diffusion/plan.hpp"

#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "sample/diffusers_scheduler.hpp"

namespace inkstone::sd {
namespace {

// The checkpoint's own scheduler, as its folder describes it.
Plan own_plan(const SchedulerSettings& settings) {
  const auto choice = sampler_of({.class_name = settings.solver,
                                  .timestep_spacing = settings.spacing,
                                  .algorithm_type = settings.algorithm_type,
                                  .solver_type = settings.solver_type,
                                  .final_sigmas_type = settings.final_sigmas_type,
                                  .steps_offset = settings.steps_offset,
                                  .solver_order = settings.solver_order,
                                  .set_alpha_to_one = settings.set_alpha_to_one,
                                  .use_karras_sigmas = settings.use_karras_sigmas});
  return {choice.solver, choice.schedule, choice.schedule_options, choice.solver_options, {}};
}

// A solver by name; where no schedule comes with it, the usual one of web UIs.
Plan named_plan(const std::string& solver, const SchedulerSettings& settings) {
  const auto named = solver_named(solver.empty() ? "dpm++2m" : solver);
  Plan plan{named.solver, {}, {}, {}, {}};
  plan.schedule = named.schedule ? *named.schedule : settings.spacing.value_or(solver.empty() ? "karras" : "discrete");
  plan.schedule_options.offset = settings.steps_offset.value_or(1);
  return plan;
}

}  // namespace

inkstone::Prediction prediction_of(Prediction prediction) {
  switch (prediction) {
    case Prediction::v:
      return inkstone::Prediction::velocity;
    case Prediction::sample:
      return inkstone::Prediction::clean;
    case Prediction::epsilon:
      break;
  }
  return inkstone::Prediction::epsilon;
}

NoiseSchedule schedule_of(const SchedulerSettings& settings) {
  const auto base = settings.beta_schedule == "linear"
                        ? linear_schedule(settings.train_steps, settings.beta_first, settings.beta_last)
                    : settings.beta_schedule == "scaled_linear"
                        ? scaled_linear_schedule(settings.train_steps, settings.beta_first, settings.beta_last)
                        : cosine_schedule(settings.train_steps);
  return settings.zero_terminal_snr ? zero_terminal_snr(base) : base;
}

Plan plan_of(const Brief& brief, const SchedulerSettings& settings, const NoiseSchedule& schedule, int64_t steps,
             double strength) {
  auto plan = brief.solver.empty() && !settings.solver.empty() ? own_plan(settings) : named_plan(brief.solver, settings);
  if (plan.solver->flow)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("{} is for flow-matching models, which this is not; try euler", plan.solver->name));
  if (!brief.schedule.empty()) plan.schedule = brief.schedule;
  plan.schedule_options.grid = plan.solver->grid;
  plan.trajectory = trajectory(plan.schedule, schedule, steps, plan.schedule_options);
  plan.schedule = schedule_name_of(plan.schedule).value_or(plan.schedule);
  plan.options.planned = plan.trajectory.steps();
  plan.options.schedule = &schedule;
  if (brief.eta) plan.options.eta = brief.eta;
  plan.options.s_churn = brief.churn;
  plan.options.s_noise = brief.noise_factor;
  if ((plan.part = strength < 1)) plan.trajectory = cut(plan.trajectory, strength);
  return plan;
}

}  // namespace inkstone::sd
