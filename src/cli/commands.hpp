// The commands of a program: all of them (commands.cpp), or the engine's (engine_commands.cpp).
#pragma once

#include <CLI/CLI.hpp>

#include "cli/settings.hpp"

namespace inkstone {

// settings and result outlive app; what a command returns goes to result.
void add_commands(CLI::App& app, const Settings& settings, int& result);

}  // namespace inkstone
