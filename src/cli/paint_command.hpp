// inkstone paint: pictures from a trained model or a rule.
#pragma once

#include <CLI/CLI.hpp>

#include "cli/settings.hpp"

namespace inkstone {

void add_paint_command(CLI::App& app, const Settings& settings, int& result);

}  // namespace inkstone
