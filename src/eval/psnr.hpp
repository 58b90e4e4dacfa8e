// Peak signal-to-noise ratio of pairs of pictures.
#pragma once

#include <ATen/core/Tensor.h>

namespace inkstone {

// Equal pictures have no noise; they count as this many dB so that a mean stays finite.
inline constexpr double kPsnrOfEqual = 100;

// a, b [N,C,H,W] of one shape and any dtype, values in [0,peak] -> float64 [N] in dB: 10 log10(peak^2 / MSE), at most
// kPsnrOfEqual. Throws bad_argument for different shapes.
at::Tensor psnr(const at::Tensor& a, const at::Tensor& b, double peak = 255);

}  // namespace inkstone
