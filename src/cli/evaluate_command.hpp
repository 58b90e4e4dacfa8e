// inkstone evaluate: how good pictures are, against real ones.
#pragma once

#include <CLI/CLI.hpp>

#include "cli/settings.hpp"

namespace inkstone {

void add_evaluate_command(CLI::App& app, const Settings& settings, int& result);

}  // namespace inkstone
