// `inkstone serve`: jobs over HTTP with the page, or a worker on a shared queue.
#pragma once

#include <CLI/CLI.hpp>

#include "cli/settings.hpp"

namespace inkstone {

void add_serve_command(CLI::App& app, const Settings& settings, int& result);

}  // namespace inkstone
