// Words as a picture, for the axes of grids.
#pragma once

#include <string>

#include "inkstone/image.hpp"

namespace inkstone {

// Black on white, centred, broken into lines where it is wider than `width` pixels; line: height of the letters in pixels. UTF-8
// of any script that the machine has letters for. Empty for empty text, and where the machine can draw none.
Image text_label(const std::string& text, int width, int line);

}  // namespace inkstone
