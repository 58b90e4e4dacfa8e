// A convolution whose weights never change: packed once into the layout that the processor's matrix units want, then
// used thousands of times, forward and towards its input. Eager libtorch reorders the weights at every call.
//
// oneDNN runs it on the CPU; without oneDNN, or on another device, the same calls go to ATen.
#pragma once

#include <cstdint>
#include <memory>

#include <ATen/core/Tensor.h>

namespace inkstone::kernels {

// Stride 1, zero padding k/2, odd k. Activations are channels-last [N,C,H,W], float32 or bfloat16; the arithmetic
// follows the dtype of the input and accumulates in float32. Not for concurrent use of one object.
class FrozenConvolution {
 public:
  // weight float32 [O,I,k,k], bias float32 [O].
  FrozenConvolution(at::Tensor weight, at::Tensor bias);
  ~FrozenConvolution();
  FrozenConvolution(FrozenConvolution&&) noexcept;

  // conv(x) + bias, rectified if asked; dtype of x.
  at::Tensor forward(const at::Tensor& x, bool relu);
  // d loss / d x from dy = d loss / d (conv output) [N,O,H,W]: the correlation with the turned weights.
  at::Tensor backward_data(const at::Tensor& dy);

  int64_t in_channels() const { return weight_.size(1); }
  int64_t out_channels() const { return weight_.size(0); }

 private:
  struct Packed;
  at::Tensor run(const at::Tensor& x, bool transposed, bool relu);

  at::Tensor weight_, bias_;
  std::unique_ptr<Packed> packed_;
};

// True where bfloat16 arithmetic is faster than float32: AVX-512 bf16 or AMX, with oneDNN.
bool has_fast_bfloat16();

}  // namespace inkstone::kernels
