// Conv and ConvTranspose of ONNX.
#include <ATen/ATen.h>
#include <algorithm>

#include "models/graph/convolving.hpp"
#include "models/graph/operands.hpp"
#include "models/graph/operators.hpp"

namespace inkstone::graph {
namespace {

using kernels::Sides;
using List = std::vector<std::int64_t>;

// A list of one number for each axis; that of a single axis stands for the width.
Sides sides_of(Call& c, const char* name, std::int64_t otherwise, std::int64_t axes) {
  const List list = c.integers(name, List(axes, otherwise));
  if (std::int64_t(list.size()) != axes) c.corrupt(std::string("has a list '") + name + "' of another length than it must be");
  for (const auto value : list)
    if (value < 0 || value > (1 << 20)) c.corrupt(std::string("has a number in '") + name + "' that cannot be");
  return axes == 1 ? Sides{otherwise, list[0]} : Sides{list[0], list[1]};
}

kernels::Margins pads_of(Call& c, std::int64_t axes) {
  const List pads = c.integers("pads", List(2 * axes, 0));
  if (std::int64_t(pads.size()) != 2 * axes) c.corrupt("has a list 'pads' of another length than it must be");
  for (const auto pad : pads)
    if (pad < 0 || pad > (1 << 20)) c.corrupt("has paddings that cannot be");
  if (axes == 1) return {{0, pads[0]}, {0, pads[1]}};
  return {{pads[0], pads[1]}, {pads[2], pads[3]}};
}

// One axis is two, the first of them of a single pixel.
Convolution prepare(Call& c, bool transposed) {
  const auto axes = c.in(0).dim() - 2;
  if (axes != 1 && axes != 2) c.unsupported("convolves over other than one or two axes, which is not run here");
  const auto planar = [&](const at::Tensor& t) { return axes == 1 && t.dim() == 3 ? t.unsqueeze(2) : t; };
  Convolution conv;
  conv.x = planar(c.in(0)), conv.weight = planar(c.in(1));
  conv.bias = c.optional(2), conv.residual = c.optional(3);
  conv.shape = {sides_of(c, "strides", 1, axes), sides_of(c, "dilations", 1, axes), c.integer("group", 1), transposed};
  conv.constant = c.constant(1) && (!c.has(2) || c.constant(2));
  return conv;
}

at::Tensor finished(const at::Tensor& y, Call& c) {
  return c.in(0).dim() == 3 ? y.squeeze(2) : y;
}

at::Tensor convolution(Call& c) {
  Convolution conv = prepare(c, false);
  const std::string mode = c.text("auto_pad", "NOTSET");
  if (mode == "NOTSET") conv.margins = pads_of(c, c.in(0).dim() - 2);
  if (mode.starts_with("SAME") && conv.weight.dim() == 4)
    pad_same(conv.x.sizes(), conv.weight.sizes().slice(2), conv.shape, mode == "SAME_LOWER", conv.margins);
  return finished(convolve(c, conv), c);
}

// What is cut from each side of the whole transposed convolution so that `wanted` remains.
void cut_to(Convolution& conv, const Sides& whole, const Sides& wanted, bool upper) {
  for (int side = 0; side < 2; ++side) {
    const auto total = std::max<std::int64_t>(0, whole[side] - wanted[side]);
    conv.margins.before[side] = upper ? total / 2 : total - total / 2;
    conv.margins.after[side] = whole[side] - wanted[side] - conv.margins.before[side];
  }
}

at::Tensor transposed_convolution(Call& c) {
  Convolution conv = prepare(c, true);
  const auto axes = c.in(0).dim() - 2;
  const Sides beyond = sides_of(c, "output_padding", 0, axes);
  const std::string mode = c.text("auto_pad", "NOTSET");
  Sides whole, same;
  for (int side = 0; side < 2; ++side) {
    whole[side] =
        (conv.x.size(2 + side) - 1) * conv.shape.stride[side] + (conv.weight.size(2 + side) - 1) * conv.shape.dilation[side] + 1;
    same[side] = conv.x.size(2 + side) * conv.shape.stride[side];
  }
  if (c.attribute("output_shape")) {
    List shape = c.integers("output_shape");
    if (std::int64_t(shape.size()) < axes) c.corrupt("has an output shape of too few sides");
    const Sides wanted{axes == 1 ? 1 : shape[shape.size() - 2], shape.back()};
    const Sides extended{whole[0] + beyond[0], whole[1] + beyond[1]};
    cut_to(conv, extended, wanted, mode == "SAME_UPPER");
    for (int side = 0; side < 2; ++side) conv.margins.after[side] -= beyond[side];
  } else if (mode.starts_with("SAME")) {
    cut_to(conv, whole, same, mode == "SAME_UPPER");
  } else {
    if (mode == "NOTSET") conv.margins = pads_of(c, axes);
    for (int side = 0; side < 2; ++side) conv.margins.after[side] -= beyond[side];
  }
  return finished(convolve(c, conv), c);
}

constexpr Operator kConvolutions[] = {
    {"Conv", [](Call& c) -> Outputs { return convolution(c); }},
    {"ConvTranspose", [](Call& c) -> Outputs { return transposed_convolution(c); }},
};

}  // namespace

std::span<const Operator> convolution_operators() {
  return kConvolutions;
}

}  // namespace inkstone::graph
