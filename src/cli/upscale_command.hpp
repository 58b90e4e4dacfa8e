// `inkstone upscale`.
#pragma once

#include <CLI/CLI.hpp>

#include "cli/settings.hpp"

namespace inkstone {

void add_upscale_command(CLI::App& app, const Settings& settings, int& result);

}  // namespace inkstone
