// The rows of a picture shared between the processor's cores. A row belongs to one thread and is computed alike whatever
// the split, so pictures do not depend on the number of cores.
#pragma once

#include <cstdint>
#include <functional>

namespace inkstone::procedural {

// row(y) for each y in [0,rows). width: samples of a row; small pictures stay on the calling thread.
void for_rows(int rows, int width, const std::function<void(int y)>& row);

}  // namespace inkstone::procedural
