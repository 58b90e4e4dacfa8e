// Convolutions said differently, so that matrix units are busy: a transposed convolution as a plain one that gives all pixels
// between two inputs at once (Shi et al. 2016, "Is the deconvolution layer the same as a convolutional layer?"), and a
// convolution from or to a picture's three channels as one over groups of neighbouring pixels, whose channels fill a vector. The
// arithmetic is the same but for zeros.
#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

namespace inkstone::kernels {

// Of a transposed convolution with one stride: weight [I,O,kh,kw] -> [s s O, I, ceil(kh/s), ceil(kw/s)], channels by (row,
// column, o). Over an input with ceil(k/s) - 1 zeros around it, result (q, r), channel (a, b, o) is the uncut result's pixel (s q
// + a, s r + b).
at::Tensor phase_weights(const at::Tensor& weight, int64_t stride);

// The pixels of phase_weights' result in their places: y [N, s s O, Q, R] channels-last -> [N, O, height, width], of which the
// first pixel is (top, left).
at::Tensor interleaved(const at::Tensor& y, int64_t stride, int64_t top, int64_t left, int64_t height, int64_t width);

struct GroupedWeights {
  at::Tensor weight;   // [m O, m I, kh, groups]
  int64_t before = 0;  // groups of zeros to the left
};
// Of a convolution of stride 1 with `left` zeros: over [N, m I, H, W / m], which is how channels-last [N, I, H, W] lies in memory
// anyway; the result lies the same way.
GroupedWeights group_weights(const at::Tensor& weight, int64_t m, int64_t left);

// channels-last [N, C, H, W] as [N, m C, H, W / m], and back.
at::Tensor grouped_pixels(const at::Tensor& x, int64_t m);
at::Tensor single_pixels(const at::Tensor& x, int64_t m);

}  // namespace inkstone::kernels
