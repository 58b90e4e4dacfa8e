// What the families share whose networks turn a photograph into a picture: fast style, AdaIN, cartoons, enhancers.
#pragma once

#include <cstdint>
#include <string>

#include "train/family.hpp"

namespace inkstone {

// Pictures of a batch, in [-1,1], as networks that repaint take them, in [0,1].
at::Tensor unit_range(const at::Tensor& pictures);

// Throws bad_argument, naming the network ("a style network"), unless pictures are in colour.
void check_colour(const PictureShape& shape, const std::string& network);
// The same, and that their sides are multiples of this, at least 32.
void check_photographs(const PictureShape& shape, const std::string& network, int64_t multiple);

}  // namespace inkstone
