// The blur kernels of Real-ESRGAN: Gaussian, generalised Gaussian and plateau-shaped, round or elongated, and the low-pass (sinc)
// kernel that leaves ringing.
#pragma once

#include <ATen/core/Tensor.h>

namespace inkstone {

inline constexpr int64_t kBlurSide = 21;  // pixels

struct BlurShape {
  double sigma = 1, sigma_across = 1;  // deviations along the two axes, in pixels
  double angle = 0;                    // of the first axis, radians
  double beta = 1;                     // exponent of the fall-off; 1 is Gaussian
  bool plateau = false;                // 1 / (1 + d^beta) in place of exp(-d^beta / 2)
};

// float32 [kBlurSide,kBlurSide], sum 1.
at::Tensor blur_kernel(const BlurShape& shape);

// Ideal low-pass with its cut-off at omega radians per pixel, on a disc of that many pixels across.
at::Tensor sinc_kernel(double omega, int64_t side);

// x [1,3,H,W], edges mirrored (repeated where the picture is smaller than the kernel) -> the same shape.
at::Tensor blurred(const at::Tensor& x, const at::Tensor& kernel);

}  // namespace inkstone
