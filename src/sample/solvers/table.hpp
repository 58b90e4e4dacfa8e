// Solvers by name: ours once, and the spellings that other tools give them (stable-diffusion.cpp, the AUTOMATIC1111 and Comfy
// interfaces, the class names of diffusers).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sample/schedules.hpp"
#include "sample/solvers/solver.hpp"

namespace inkstone {

struct SolverEntry {
  std::string_view name;
  Solver run;
  int order;                 // of convergence where deterministic; 0: samples only
  int evaluations;           // of the network to a step
  bool stochastic;           // with the default options
  bool flow;                 // walks in the frame of flow matching
  Grid grid;                 // the levels that its scheduler of diffusers visits for leading, trailing and linspace
  double default_eta;        // negative: eta means nothing to it
  std::string_view aliases;  // separated by commas, in any spelling
};

// A solver, and the schedule where its name says one too ("DPM++ 2M Karras").
struct NamedSolver {
  const SolverEntry* solver;
  std::optional<std::string> schedule;
};

std::span<const SolverEntry> solver_table();

// Throws bad_argument with the nearest name for one unknown.
NamedSolver solver_named(const std::string& name);

}  // namespace inkstone
