// `inkstone stylize`: a photograph in the style of a painting.
#pragma once

#include <CLI/CLI.hpp>

#include "cli/settings.hpp"

namespace inkstone {

// settings must outlive app. The callback lets inkstone::Error through to main; its exit code goes to result.
void add_stylize_command(CLI::App& app, const Settings& settings, int& result);

}  // namespace inkstone
