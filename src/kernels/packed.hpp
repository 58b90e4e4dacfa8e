// Weights that never change, kept in the layout that the processor's matrix units want, with what follows them done while the
// result is still in the cache. Eager libtorch reorders the weights at every call and goes through memory once more for each
// addition.
//
// oneDNN runs them on the CPU; without oneDNN, or on another device, the same calls go to ATen. Not for concurrent use of one
// object. The arithmetic follows the dtype of the input (float32 or bfloat16) and accumulates in float32.
#pragma once

#include <cstdint>
#include <memory>

#include <ATen/core/Tensor.h>

namespace inkstone::kernels {

// Whether oneDNN runs packed layers on this input, rather than ATen.
bool is_packable(const at::Tensor& x);

// y = x W^T + b (+ residual).
class PackedLinear {
 public:
  // weight [O,I], bias [O] or undefined; any floating dtype. Keeps the tensors, and packs at the first call in each dtype.
  PackedLinear(at::Tensor weight, at::Tensor bias);
  ~PackedLinear();
  PackedLinear(PackedLinear&&) noexcept;
  PackedLinear& operator=(PackedLinear&&) noexcept;

  // x [...,I] -> [...,O] in the dtype of x. residual: like the result, or undefined.
  at::Tensor forward(const at::Tensor& x, const at::Tensor& residual = {});

 private:
  struct Packed;
  at::Tensor weight_, bias_;
  std::unique_ptr<Packed> packed_;
};

// y = conv(x) + b (+ residual), channels-last.
class PackedConvolution {
 public:
  // weight [O,I,kh,kw], bias [O] or undefined. One stride and one zero padding for both sides.
  PackedConvolution(at::Tensor weight, at::Tensor bias, int64_t stride, int64_t padding);
  ~PackedConvolution();
  PackedConvolution(PackedConvolution&&) noexcept;
  PackedConvolution& operator=(PackedConvolution&&) noexcept;

  // x [N,I,H,W] -> [N,O,H',W'] in the dtype of x.
  at::Tensor forward(const at::Tensor& x, const at::Tensor& residual = {});

 private:
  struct Packed;
  at::Tensor weight_, bias_;
  int64_t stride_, padding_;
  std::unique_ptr<Packed> packed_;
};

}  // namespace inkstone::kernels
