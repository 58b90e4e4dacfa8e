#include "sample/diffusers_scheduler.hpp"

#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

// DPMSolverMultistepScheduler is several solvers.
std::string solver_in(const DiffusersScheduler& scheduler) {
  if (scheduler.class_name != "DPMSolverMultistepScheduler") return scheduler.class_name;
  const auto algorithm = scheduler.algorithm_type.value_or("dpmsolver++");
  if (algorithm == "sde-dpmsolver++") return "dpm++2m_sde";
  if (algorithm != "dpmsolver++" && algorithm != "deis")
    throw Error(ErrorCategory::unsupported,
                fmt::format("no solver follows the algorithm_type '{}'; choose dpmsolver++ or sde-dpmsolver++", algorithm));
  return scheduler.solver_order.value_or(2) == 3 ? "dpm++3m" : "dpm++2m";
}

// Spacing where the file says none.
std::string usual_spacing(const SolverEntry& solver) {
  const bool leads = solver.grid == Grid::steps || solver.grid == Grid::distilled || solver.grid == Grid::distilled_to_least;
  return leads ? "leading" : "linspace";
}

}  // namespace

SamplerChoice sampler_of(const DiffusersScheduler& scheduler) {
  SamplerChoice choice{solver_named(solver_in(scheduler)).solver, {}};
  const auto& name = choice.solver->name;
  choice.schedule = scheduler.timestep_spacing.value_or(usual_spacing(*choice.solver));
  if (choice.solver->flow) choice.schedule = "flow";
  if (name == "dpm++2s") choice.schedule = "linspace";  // its scheduler knows no other
  auto& grid = choice.schedule_options;
  grid.grid = choice.solver->grid;
  if (grid.grid == Grid::intervals && scheduler.final_sigmas_type.value_or("zero") == "sigma_min") grid.grid = Grid::to_least;
  grid.offset = scheduler.steps_offset.value_or(0);
  grid.karras = scheduler.use_karras_sigmas.value_or(false);
  grid.end_at_one = scheduler.set_alpha_to_one.value_or(name != "pndm");
  grid.shift = scheduler.shift.value_or(1);
  auto& solver = choice.solver_options;
  if (name == "unipc" || name == "deis") solver.order = static_cast<int>(scheduler.solver_order.value_or(0));
  const auto type = scheduler.solver_type.value_or("");
  solver.heun = type == "heun" && name != "dpm++3m";  // which has one set of coefficients there
  solver.bh1 = type == "bh1";
  return choice;
}

}  // namespace inkstone
