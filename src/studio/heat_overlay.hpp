// Heat maps and made-up pictures as a person reads them: the picture dimmed where nothing counts and glowing where it does, over
// a line that says what it shows.
#pragma once

#include <string>

#include <ATen/core/Tensor.h>

#include "inkstone/image.hpp"

namespace inkstone::studio {

// heat [1,1,h,w], any range: values at or below 0 are cold, the 99.5th percentile is hottest. Brought to the picture's size,
// smoothly.
Image heat_overlay(const Image& picture, const at::Tensor& heat);

// The picture with a strip under it: scale draws the colours from cold to hot before the text.
Image with_legend(const Image& picture, const std::string& text, bool scale);

}  // namespace inkstone::studio
