#include "sample/solvers/table.hpp"

#include <fmt/format.h>

#include "core/nearest.hpp"
#include "inkstone/error.hpp"
#include "sample/solvers/solvers.hpp"
#include "sample/spelling.hpp"

namespace inkstone {
namespace {

// clang-format off
constexpr SolverEntry kSolvers[] = {
    // name, function, order, evaluations, stochastic, flow, grid, eta, aliases
    {"ddpm", solvers::ddpm, 0, 1, true, false, Grid::steps, -1, "DDPMScheduler"},
    {"ddim", solvers::ddim, 1, 1, false, false, Grid::steps, 0, "DDIMScheduler"},
    {"pndm", solvers::pndm, 2, 1, false, false, Grid::steps, -1, "PLMS,PNDMScheduler"},
    {"ipndm", solvers::ipndm, 2, 1, false, false, Grid::steps, -1, "IPNDMScheduler"},
    {"euler", solvers::euler, 1, 1, false, false, Grid::levels, -1, "k_euler,EulerDiscreteScheduler"},
    {"euler_a", solvers::euler_a, 0, 1, true, false, Grid::levels, 1,
     "euler_ancestral,k_euler_a,EulerAncestralDiscreteScheduler"},
    {"heun", solvers::heun, 2, 2, false, false, Grid::levels, -1, "k_heun,HeunDiscreteScheduler"},
    {"dpm2", solvers::dpm2, 2, 2, false, false, Grid::levels, -1, "dpm_2,k_dpm_2,KDPM2DiscreteScheduler"},
    {"dpm2_a", solvers::dpm2_a, 0, 2, true, false, Grid::levels, 1,
     "dpm_2_ancestral,dpm2_ancestral,k_dpm_2_a,KDPM2AncestralDiscreteScheduler"},
    {"dpm++2s_a", solvers::dpmpp_2s_a, 0, 2, true, false, Grid::levels, 1, "dpmpp_2s_ancestral,k_dpmpp_2s_a"},
    {"dpm++2s", solvers::dpmpp_2s, 2, 1, false, false, Grid::intervals, -1, "DPMSolverSinglestepScheduler"},
    {"dpm++2m", solvers::dpmpp_2m, 2, 1, false, false, Grid::intervals, -1, "k_dpmpp_2m,DPMSolverMultistepScheduler"},
    {"dpm++2mv2", solvers::dpmpp_2m_v2, 1, 1, false, false, Grid::intervals, -1, "dpm++2m_v2"},
    {"dpm++3m", solvers::dpmpp_3m, 2, 1, false, false, Grid::intervals, -1, ""},
    {"dpm++sde", solvers::dpmpp_sde, 0, 2, true, false, Grid::levels, 1, "k_dpmpp_sde,DPMSolverSDEScheduler"},
    {"dpm++2m_sde", solvers::dpmpp_2m_sde, 0, 1, true, false, Grid::intervals, 1, "dpmpp_2m_sde_gpu,k_dpmpp_2m_sde"},
    {"dpm++3m_sde", solvers::dpmpp_3m_sde, 0, 1, true, false, Grid::intervals, 1, "dpmpp_3m_sde_gpu,k_dpmpp_3m_sde"},
    {"unipc", solvers::unipc, 3, 1, false, false, Grid::to_least, -1, "uni_pc,uni_pc_bh2,UniPCMultistepScheduler"},
    {"lms", solvers::lms, 4, 1, false, false, Grid::levels, -1, "k_lms,LMSDiscreteScheduler"},
    {"deis", solvers::deis, 2, 1, false, false, Grid::to_least, -1, "DEISMultistepScheduler"},
    {"lcm", solvers::lcm, 0, 1, true, false, Grid::distilled, -1, "LCMScheduler"},
    {"tcd", solvers::tcd, 0, 1, true, false, Grid::distilled_to_least, 0.3, "TCDScheduler"},
    {"restart", solvers::restart, 0, 2, true, false, Grid::levels, -1, ""},
    {"flow_euler", solvers::flow_euler, 1, 1, false, true, Grid::levels, -1, "FlowMatchEulerDiscreteScheduler"},
    {"flow_heun", solvers::flow_heun, 2, 2, false, true, Grid::levels, -1, "FlowMatchHeunDiscreteScheduler"},
};
// clang-format on

std::string without_suffix(std::string spelled, std::string_view suffix) {
  if (spelled.size() > suffix.size() && spelled.ends_with(suffix)) spelled.resize(spelled.size() - suffix.size());
  return spelled;
}

bool is_called(const SolverEntry& entry, const std::string& spelled) {
  if (spelling_of(entry.name) == spelled) return true;
  std::string_view rest = entry.aliases;
  while (!rest.empty()) {
    const auto end = std::min(rest.find(','), rest.size());
    const auto alias = spelling_of(rest.substr(0, end));
    if (alias == spelled || without_suffix(alias, "scheduler") == spelled) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

const SolverEntry* entry_spelled(const std::string& spelled) {
  for (const auto& entry : kSolvers)
    if (is_called(entry, spelled)) return &entry;
  return nullptr;
}

}  // namespace

std::span<const SolverEntry> solver_table() {
  return kSolvers;
}

NamedSolver solver_named(const std::string& name) {
  const auto spelled = spelling_of(name);
  if (const auto* entry = entry_spelled(spelled)) return {entry, std::nullopt};
  for (const auto& schedule : schedule_names())
    if (const auto shorter = without_suffix(spelled, spelling_of(schedule)); shorter != spelled)
      if (const auto* entry = entry_spelled(shorter)) return {entry, schedule};
  std::vector<std::string> known;
  for (const auto& entry : kSolvers) known.emplace_back(entry.name);
  throw Error(ErrorCategory::bad_argument, fmt::format("no solver is called '{}'{}", name, did_you_mean(name, known)));
}

}  // namespace inkstone
