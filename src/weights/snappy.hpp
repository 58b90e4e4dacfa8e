// Snappy blocks, as LevelDB's tables may hold them: literals and copies of what was unpacked before. Format:
// google/snappy, format_description.txt.
#pragma once

#include <string>

#include "core/files.hpp"

namespace inkstone {

// Throws corrupt_file for what is cut off, reaches before its beginning, or unpacks to another length than it says or to more
// than the format can make of so few bytes.
std::string unpack_snappy(Bytes packed);

}  // namespace inkstone
