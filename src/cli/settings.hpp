// What holds for every command: threads and how much is said.
#pragma once

#include "cli/task_progress.hpp"

namespace inkstone {

struct Settings {
  int threads = 0;  // 0: one per core
  bool quiet = false, verbose = false;

  Verbosity verbosity() const { return quiet ? Verbosity::quiet : verbose ? Verbosity::verbose : Verbosity::normal; }
};

}  // namespace inkstone
