// `inkstone token create|list|revoke`: who may use a server.
#pragma once

#include <CLI/CLI.hpp>

namespace inkstone {

void add_token_command(CLI::App& app);

}  // namespace inkstone
