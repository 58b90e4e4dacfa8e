// From a BenchRequest to figures: one network, one made-up picture, several runs.
#pragma once

#include "inkstone/studio.hpp"

namespace inkstone::studio {

BenchReport run_bench(const BenchRequest& request, Observer& observer);

}  // namespace inkstone::studio
