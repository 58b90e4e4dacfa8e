// `inkstone models`: what models there are, getting, checking and converting them.
#pragma once

#include <CLI/CLI.hpp>

namespace inkstone {

// Adds the subcommand. Its callbacks print to stdout (progress to stderr) and let inkstone::Error through to main.
void add_models_command(CLI::App& app);

}  // namespace inkstone
