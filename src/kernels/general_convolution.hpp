// Any two-dimensional convolution, or its transpose, whose weights never change: strides, dilations, groups, a padding for each
// side, the addition and the activation that follow. PackedConvolution (packed.hpp) is the plain case of it; graphs from files
// need the rest.
//
// oneDNN runs it on the CPU, with weights packed once; without oneDNN, or on another device, ATen does. Not for concurrent use of
// one object.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include <ATen/core/Tensor.h>

namespace inkstone::kernels {

using Sides = std::array<int64_t, 2>;  // height, width

struct ConvolutionShape {
  Sides stride{1, 1}, dilation{1, 1};
  int64_t groups = 1;
  bool transposed = false;
};

// Zeros around the input; of a transposed convolution, what is cut off its result. after < 0 there: rows that no input reaches.
struct Margins {
  Sides before{0, 0}, after{0, 0};
};

// What the result goes through: nothing, v > 0 ? v : a v, or min(max(v, a), b).
struct Rectifier {
  enum class Kind { none, leaky, clip };
  Kind kind = Kind::none;
  double a = 0, b = 0;
};

class GeneralConvolution {
 public:
  // weight [O,I/groups,kh,kw], transposed [I,O/groups,kh,kw]; bias [O] or undefined; any floating dtype.
  GeneralConvolution(at::Tensor weight, at::Tensor bias, ConvolutionShape shape, Rectifier rectifier = {});
  ~GeneralConvolution();
  GeneralConvolution(GeneralConvolution&&) noexcept;
  GeneralConvolution& operator=(GeneralConvolution&&) noexcept;

  // rectify(conv(x) + bias + residual), channels-last. x [N,I,H,W] float32 or bfloat16, whose arithmetic it follows; the result
  // is in the dtype of x, or float32 where `widen`. residual: like the result, or undefined. Throws bad_argument where nothing
  // would come out.
  at::Tensor forward(const at::Tensor& x, const Margins& margins, const at::Tensor& residual = {}, bool widen = false);

  // The same with a residual that is not needed afterwards: where its layout allows, the result is written into its memory. sum:
  // float32, or of the dtype of x.
  at::Tensor add_to(at::Tensor sum, const at::Tensor& x, const Margins& margins);

  // [N,O,H',W'] of forward.
  std::array<int64_t, 4> sizes(at::IntArrayRef x, const Margins& margins) const;

 private:
  struct Packed;
  struct Regrouped;  // the same layer as another convolution (regrouped_weights.hpp)
  // y: what is added to, or the memory of the result.
  at::Tensor run_packed(const at::Tensor& x, const Margins& margins, const at::Tensor& y, bool add);
  at::Tensor run_phases(const at::Tensor& x, const Margins& margins, at::IntArrayRef out, bool widen);
  at::Tensor run_grouped(const at::Tensor& x, const Margins& margins, bool widen);
  at::Tensor run_aten(const at::Tensor& x, const Margins& margins, const at::Tensor& residual, bool widen) const;

  at::Tensor weight_, bias_;
  ConvolutionShape shape_;
  Rectifier rectifier_;
  std::unique_ptr<Packed> packed_;
  std::unique_ptr<Regrouped> regrouped_;
};

}  // namespace inkstone::kernels
