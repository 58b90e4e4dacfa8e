// A picture that a task starts from, decoded and brought to size.
#pragma once

#include <filesystem>

#include "inkstone/image.hpp"

namespace inkstone::studio {

// The longer side exactly this many pixels; 0: as it is. Where decoding shrinks while it reads, memory follows the result, not
// the file. Throws as decode_image does.
Image decode_at(const std::filesystem::path& path, int longer_side);

// RGB; transparent parts on white.
Image on_white(const Image& picture);

// The two together.
Image load_at(const std::filesystem::path& path, int longer_side);

}  // namespace inkstone::studio
