// `inkstone dataset`: pictures into data sets, and what is in them.
#pragma once

#include <CLI/CLI.hpp>

#include "cli/settings.hpp"

namespace inkstone {

// settings must outlive app. The callbacks print to stdout (progress to stderr) and let inkstone::Error through to main.
void add_dataset_command(CLI::App& app, const Settings& settings);

}  // namespace inkstone
