// inkstone recipes: the start page's requests to start from, listed and painted.
#pragma once

#include <CLI/CLI.hpp>

namespace inkstone {

// After the commands that recipes are made of.
void add_recipes_command(CLI::App& app);

}  // namespace inkstone
