// A decoded picture as a data set holds it, and back.
#pragma once

#include <ATen/core/Tensor.h>

#include "inkstone/image.hpp"

namespace inkstone {

// uint8 [channels,H,W]: 3 gives RGB, 1 luma (Rec. 601). Transparent pixels are laid on white.
at::Tensor to_bytes(const Image& picture, int64_t channels);

// uint8 [1 or 3,H,W] as RGB.
Image from_bytes(const at::Tensor& picture);

}  // namespace inkstone
