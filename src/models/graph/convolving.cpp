#include "models/graph/convolving.hpp"

#include <algorithm>

#include <ATen/ATen.h>

#include "models/graph/operands.hpp"

namespace inkstone::graph {
namespace {

using kernels::GeneralConvolution;
using kernels::Rectifier;

Rectifier rectifier_of(const Call& call) {
  if (call.attribute("fused.leaky")) return {Rectifier::Kind::leaky, call.number("fused.leaky", 0)};
  if (!call.attribute("fused.low")) return {};
  return {Rectifier::Kind::clip, call.number("fused.low", 0), call.number("fused.high", 0)};
}

// Pictures come out in float32: eight bits of mantissa would show as steps in a sky.
constexpr std::int64_t kPictureChannels = 4;

void require_fitting(const Call& call, const Convolution& c) {
  const at::Tensor &x = c.x, &weight = c.weight;
  if (x.dim() != 4 || weight.dim() != 4) call.unsupported("convolves over other than one or two axes, which is not run here");
  const bool fits = c.shape.transposed ? x.size(1) == weight.size(0) && weight.size(0) % c.shape.groups == 0
                                       : x.size(1) == weight.size(1) * c.shape.groups && weight.size(0) % c.shape.groups == 0;
  if (!fits || c.shape.groups < 1) call.corrupt("has weights that do not fit its input");
  for (int side = 0; side < 2; ++side)
    if (c.shape.stride[side] < 1 || c.shape.dilation[side] < 1 || c.margins.before[side] < 0 || weight.size(2 + side) < 1)
      call.corrupt("has strides, dilations or paddings that cannot be");
}

}  // namespace

at::Tensor convolve(Call& call, const Convolution& c) {
  require_fitting(call, c);
  const auto make = [&] { return GeneralConvolution(c.weight, c.bias, c.shape, rectifier_of(call)); };
  const auto channels = c.shape.transposed ? c.weight.size(1) * c.shape.groups : c.weight.size(0);
  const bool widen = call.compute() == at::kBFloat16 && channels <= kPictureChannels;
  if (c.x.is_meta() || c.weight.is_meta()) {
    const auto sizes = make().sizes(c.x.sizes(), c.margins);
    require_sane(call, sizes);
    return shadow(sizes, widen ? at::kFloat : call.compute());
  }
  const auto x = c.x.to(call.compute());
  if (!c.constant) return make().forward(x, c.margins, c.residual, widen);
  return call.kept<GeneralConvolution>(make).forward(x, c.margins, c.residual, widen);
}

void pad_same(at::IntArrayRef sizes, at::IntArrayRef kernel, const kernels::ConvolutionShape& shape, bool lower,
              kernels::Margins& margins) {
  for (int side = 0; side < 2; ++side) {
    const auto window = (kernel[side] - 1) * shape.dilation[side] + 1, in = sizes[sizes.size() - 2 + side];
    const auto out = (in + shape.stride[side] - 1) / shape.stride[side];
    const auto total = std::max<std::int64_t>(0, (out - 1) * shape.stride[side] + window - in);
    margins.before[side] = lower ? total - total / 2 : total / 2;
    margins.after[side] = total - margins.before[side];
  }
}

}  // namespace inkstone::graph
