// A data set whose samples are dear to make (painted by rule, decoded), kept in memory from the first time that each is asked
// for.
#pragma once

#include <memory>

#include "data/dataset.hpp"

namespace inkstone {

// At most `bytes` of pictures are kept; what comes after is made anew each time. Thread-safe, as whole must be.
std::shared_ptr<const Dataset> remembered(std::shared_ptr<const Dataset> whole, int64_t bytes = int64_t(1) << 30);

}  // namespace inkstone
