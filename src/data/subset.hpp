// A range of a data set: to hold pictures out for validation, or to try a recipe on a few.
#pragma once

#include <memory>

#include "data/dataset.hpp"

namespace inkstone {

// Samples [first, first + count) of whole; classes stay the same. Throws bad_argument where the range is empty or leaves it.
std::shared_ptr<const Dataset> subset(std::shared_ptr<const Dataset> whole, int64_t first, int64_t count);

}  // namespace inkstone
