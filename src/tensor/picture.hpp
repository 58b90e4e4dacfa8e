// Between pictures in memory and tensors.
#pragma once

#include <ATen/core/Tensor.h>

#include "inkstone/image.hpp"

namespace inkstone {

// RGB of the picture as float32 [1,3,H,W] in [0,1]; alpha is left out.
at::Tensor to_tensor(const Image& image);

// [1,3,H,W] or [3,H,W] of any float dtype and device -> RGB, clamped to [0,1].
Image to_image(const at::Tensor& rgb);

// The alpha channel as float32 [1,1,H,W]; ones where the picture has none.
at::Tensor alpha_of(const Image& image);

// Bicubic with antialiasing to exactly height x width; float32 [1,C,H,W].
at::Tensor resize(const at::Tensor& picture, int64_t height, int64_t width);

// Each channel of [N,C,H,W] under a Gaussian of this deviation in pixels, cut off at the radius, edges repeated.
at::Tensor gaussian_blurred(const at::Tensor& x, double deviation, int64_t radius);

}  // namespace inkstone
