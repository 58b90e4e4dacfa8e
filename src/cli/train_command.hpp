// inkstone train: any family from one's own pictures.
#pragma once

#include <CLI/CLI.hpp>

#include "cli/settings.hpp"

namespace inkstone {

void add_train_command(CLI::App& app, const Settings& settings, int& result);

}  // namespace inkstone
