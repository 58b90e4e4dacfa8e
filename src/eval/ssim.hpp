// Structural similarity of pairs of pictures. Wang, Bovik, Sheikh and Simoncelli, "Image quality assessment: from error
// visibility to structural similarity" (IEEE TIP 2004), with its constants: Gaussian window of 11 with deviation 1.5, K1 = 0.01,
// K2 = 0.03.
#pragma once

#include <ATen/core/Tensor.h>

namespace inkstone {

inline constexpr int64_t kSsimWindow = 11;

// a, b [N,C,H,W] of one shape and any dtype, values in [0,peak] -> float64 [N], 1 for equal pictures: the mean over channels and
// the places where the window fits. Throws bad_argument for different shapes or sides below kSsimWindow.
at::Tensor ssim(const at::Tensor& a, const at::Tensor& b, double peak = 255);

}  // namespace inkstone
