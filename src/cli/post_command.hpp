// `inkstone post`: filters and drawing painters on a picture, without a network.
#pragma once

#include <CLI/CLI.hpp>

#include "cli/settings.hpp"

namespace inkstone {

// settings must outlive app. The callback lets inkstone::Error through to main; its exit code goes to result.
void add_post_command(CLI::App& app, const Settings& settings, int& result);

}  // namespace inkstone
