// What the program says to the shell: one exit code per category of error, as docs/reference.md lists them.
#pragma once

#include "inkstone/error.hpp"

namespace inkstone {

inline constexpr int kExitUsage = 2;      // unknown option or command, value out of range
inline constexpr int kExitStopped = 130;  // by Ctrl-C, as shells count it; what there was is saved

int exit_code(ErrorCategory category);

}  // namespace inkstone
