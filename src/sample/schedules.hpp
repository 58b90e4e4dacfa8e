// Where samplers step: named spacings of noise levels. Each is one formula over the schedule that the network was trained on
// (T steps, sigma(t)); n is the number of steps asked for. docs/samplers.md lists them.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "sample/trajectory.hpp"

namespace inkstone {

// Which levels a scheduler of diffusers visits; its solvers differ in this.
enum class Grid {
  levels,              // n fractional times, ends at 0, noise scaled by sigma: Euler, Heun, KDPM2, LMS
  steps,               // n whole times, each leading T/n down, the last to the least level: DDIM, PNDM
  intervals,           // n of n + 1 whole times, ends at 0: DPMSolver
  to_least,            // the same, ending at the least level: UniPC, DEIS
  distilled,           // of the 50 steps of distillation, ends at 0: LCM
  distilled_to_least,  // ends at the least level: TCD
};

struct ScheduleOptions {
  double rho = 7;              // karras; polyexponential takes 1 unless another than 7 is given
  double shift = 3;            // flow
  double least = 0, most = 0;  // sigma; 0: the ends of the noise schedule
  // For leading, trailing and linspace, as files of diffusers name them.
  Grid grid = Grid::levels;
  int64_t offset = 1;       // steps_offset
  bool karras = false;      // use_karras_sigmas
  bool end_at_one = false;  // set_alpha_to_one: Grid::steps ends at 0
};

// Names: discrete, karras, exponential, polyexponential, sgm_uniform, simple, ddim_uniform, beta, linear_quadratic, kl_optimal,
// align_your_steps (SD 1), align_your_steps_xl, leading, trailing, linspace, flow. Aliases of other tools are understood. Throws
// bad_argument with the nearest name for one unknown, and for n < 1 or above T.
Trajectory trajectory(const std::string& name, const NoiseSchedule& schedule, int64_t n, const ScheduleOptions& options = {});

// Our one name of a schedule; absent where it is none's name or alias.
std::optional<std::string> schedule_name_of(const std::string& name);
std::span<const std::string> schedule_names();

// Solver-independent formulas; n + 1 levels, the last 0.
std::vector<double> exponential_sigmas(int64_t n, double least, double most, double rho = 1);
std::vector<double> kl_optimal_sigmas(int64_t n, double least, double most);
std::vector<double> linear_quadratic_sigmas(int64_t n, double most);
std::vector<double> beta_sigmas(const NoiseSchedule& schedule, int64_t n, double alpha = 0.6, double beta = 0.6);
std::vector<double> align_your_steps(int64_t n, bool xl);
// t' = shift t / (1 + (shift - 1) t) over n even times from 1 (Esser et al. 2024); T: steps of the training.
std::vector<double> flow_sigmas(int64_t n, double shift, int64_t T = 1000);

// The grids of diffusers (version 0.27): spacing leading, trailing or linspace.
Trajectory spaced_trajectory(const std::string& spacing, const NoiseSchedule& schedule, int64_t n,
                             const ScheduleOptions& options);

}  // namespace inkstone
