// `inkstone bench sd`: a picture by Stable Diffusion, timed part by part, beside other programs that paint the same.
#pragma once

#include <CLI/CLI.hpp>

#include "cli/settings.hpp"

namespace inkstone {

void add_diffusion_bench(CLI::App& bench, const Settings& settings, int& result);

}  // namespace inkstone
