// Resampling without aliasing: zeros between the pixels, a separable low-pass filter, every k-th pixel kept, in one walk per
// direction ("upfirdn", as signal processing calls it; StyleGAN2's resampling, Karras et al. 2020). Only the taps that meet a
// pixel are computed. Its gradient is the same operation with both factors exchanged, so it can be differentiated any number of
// times.
#pragma once

#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

namespace inkstone::nn {

using Taps = std::vector<double>;

// Divided by their sum, so that a flat picture stays as it is.
Taps normalised(Taps taps);

struct Resampling {
  int64_t up = 1, down = 1;       // one of them is 1
  int64_t before = 0, after = 0;  // zeros around the enlarged picture, in both directions; negative: cut off
  double gain = 1;
  bool correlate = false;  // the filter is not mirrored, as networks do with theirs; for what undoes another resampling
};

// [N,C,H,W] -> [N,C,H',W'], H' = (H up + before + after - taps) / down + 1, in the dtype and layout of x.
at::Tensor upfirdn2d(const at::Tensor& x, const Taps& taps, const Resampling& how);

// Twice and half the size, in place: pixels keep their middle. For two taps or more.
at::Tensor upsampled(const at::Tensor& x, const Taps& taps);
at::Tensor downsampled(const at::Tensor& x, const Taps& taps);

}  // namespace inkstone::nn
