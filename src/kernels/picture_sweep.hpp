// What stands between two convolutions of a network that paints, in two sweeps over memory: the moments of every channel
// (instance normalisation, Ulyanov, Vedaldi and Lempitsky 2016), then scale and shift, rectifier, residual, and the border that
// the next convolution wants. Eager libtorch goes through memory eight times for that. Channels-last float32 and bfloat16 on the
// CPU.
#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

namespace inkstone::kernels {

enum class Edge { zero, mirror, replicate };  // mirror: about the centre of the outermost pixel, as PyTorch's reflection

// Pixels around a picture, before and after it in both directions.
struct Frame {
  int64_t before = 0, after = 0;
  Edge edge = Edge::zero;
  int64_t total() const { return before + after; }
};

// How the output of a convolution [N, f f C, h, w] stands for a larger picture [N, C, f (h - shift), f (w - shift)]: its pixel
// (f y + a, f x + b) is the channels from (f a + b) C on of position (y + a shift, x + b shift).
struct Phases {
  int64_t factor = 1, shift = 0;
};

// A picture somewhere in memory.
struct PictureView {
  at::Tensor data;  // channels-last, dense
  Frame frame = {};
  Phases phases = {};

  bool defined() const { return data.defined(); }
  int64_t pictures() const { return data.size(0); }
  int64_t channels() const { return data.size(1) / (phases.factor * phases.factor); }
  int64_t height() const { return phases.factor * (data.size(2) - phases.shift) - frame.total(); }
  int64_t width() const { return phases.factor * (data.size(3) - phases.shift) - frame.total(); }
};

struct PictureMoments {
  at::Tensor mean, variance;  // float32 [N,C]; the sum of squares over the number of pixels
};

// The same for any number of threads.
PictureMoments picture_moments(const PictureView& x);

// y = relu(x scale + offset) + residual in a frame, in the dtype of x. scale, offset: float32 [N,C]; residual: of the size of x,
// or undefined. The frame is narrower than the picture.
PictureView sweep(const PictureView& x, const at::Tensor& scale, const at::Tensor& offset, bool relu, Frame frame,
                  const PictureView& residual = {});

}  // namespace inkstone::kernels
