// Where the painter of words that comes with the program lies.
#pragma once

#include <filesystem>

namespace inkstone {

// Its folder: beside an installed program, else in the sources that it was built from. Empty where there is none.
std::filesystem::path shipped_painter();

}  // namespace inkstone
