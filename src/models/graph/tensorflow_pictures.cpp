// TensorFlow's operators on pictures. Their channels are the last of four axes; here they are seen as the second, without moving
// anything.
#include <algorithm>

#include <ATen/ATen.h>

#include "models/graph/activations.hpp"
#include "models/graph/convolving.hpp"
#include "models/graph/normalising.hpp"
#include "models/graph/operands.hpp"
#include "models/graph/operators.hpp"
#include "models/graph/padding.hpp"
#include "models/graph/pooling.hpp"
#include "models/graph/resizing.hpp"
#include "models/graph/shaping.hpp"

namespace inkstone::graph {
namespace tensorflow {
namespace {

using List = std::vector<std::int64_t>;

// [N,H,W,C] as [N,C,H,W], and back.
at::Tensor planes(Call& c, const at::Tensor& x) {
  if (x.dim() != 4) c.corrupt("has no picture as its input");
  if (c.text("data_format", "NHWC") != "NHWC") c.unsupported("keeps channels before rows, which is not run here");
  return x.permute({0, 3, 1, 2});
}
at::Tensor rows(const at::Tensor& x) {
  return x.permute({0, 2, 3, 1});
}

kernels::Sides inner(Call& c, const char* name) {
  const List list = c.integers(name, {1, 1, 1, 1});
  if (list.size() != 4 || list[1] < 1 || list[2] < 1 || list[1] > (1 << 20) || list[2] > (1 << 20))
    c.corrupt(std::string("has a list '") + name + "' that cannot be");
  return {list[1], list[2]};
}

kernels::Margins margins_of(Call& c, at::IntArrayRef sizes, at::IntArrayRef kernel, const kernels::ConvolutionShape& shape) {
  kernels::Margins margins;
  const std::string mode = c.text("padding", "VALID");
  if (mode == "SAME") pad_same(sizes, kernel, shape, false, margins);
  if (mode != "EXPLICIT") return margins;
  const List pads = c.integers("explicit_paddings");
  if (pads.size() != 8) c.corrupt("has no eight paddings");
  return {{pads[2], pads[4]}, {pads[3], pads[5]}};
}

at::Tensor convolution(Call& c, bool depthwise) {
  const at::Tensor x = planes(c, c.in(0)), &kernel = c.in(1);
  if (kernel.dim() != 4) c.corrupt("has weights that do not fit its input");
  Convolution conv;
  conv.x = x;
  conv.shape = {inner(c, "strides"), inner(c, "dilations"), 1, false};
  conv.weight = kernel.permute({3, 2, 0, 1});
  if (depthwise) {  // [kh,kw,C,M] -> [C M,1,kh,kw]
    conv.shape.groups = kernel.size(2);
    conv.weight = kernel.permute({2, 3, 0, 1}).reshape({kernel.size(2) * kernel.size(3), 1, kernel.size(0), kernel.size(1)});
  }
  conv.bias = c.optional(2);
  conv.constant = c.constant(1) && (!c.has(2) || c.constant(2));
  conv.margins = margins_of(c, x.sizes(), conv.weight.sizes().slice(2), conv.shape);
  return rows(convolve(c, conv));
}

// Inputs: the sizes of the result, the kernel [kh,kw,O,I], the picture; a bias where one was fused.
at::Tensor transposed_convolution(Call& c) {
  const List sizes = c.list(0);
  const at::Tensor x = planes(c, c.in(2)), &kernel = c.in(1);
  if (sizes.size() != 4 || kernel.dim() != 4) c.corrupt("has no sizes of a picture");
  Convolution conv;
  conv.x = x;
  conv.shape = {inner(c, "strides"), inner(c, "dilations"), 1, true};
  conv.weight = kernel.permute({3, 2, 0, 1});
  conv.bias = c.optional(3);
  conv.constant = c.constant(1) && (!c.has(3) || c.constant(3));
  // the zeros that the convolution back from the result would add
  conv.margins = margins_of(c, {sizes[1], sizes[2]}, conv.weight.sizes().slice(2), conv.shape);
  for (int side = 0; side < 2; ++side) {
    const auto window = (conv.weight.size(2 + side) - 1) * conv.shape.dilation[side] + 1;
    const auto whole = (x.size(2 + side) - 1) * conv.shape.stride[side] + window;
    if (sizes[1 + side] < 1 || sizes[1 + side] > whole + window + conv.shape.stride[side])
      c.corrupt("has sizes that its input cannot fill");
    conv.margins.after[side] = whole - sizes[1 + side] - conv.margins.before[side];
  }
  return rows(convolve(c, conv));
}

// What tfjs-converter fuses: BiasAdd and an activation; both may be PRelu's slopes.
at::Tensor activated(Call& c, at::Tensor y) {
  const auto found = c.node().attributes.find("fused_ops");
  if (found == c.node().attributes.end()) return y;
  const auto* names = std::get_if<std::vector<std::string>>(&found->second);
  for (const auto& name : names ? *names : std::vector<std::string>()) {
    if (name == "BiasAdd") continue;
    if (name == "Relu")
      y = rectified(y);
    else if (name == "Relu6")
      y = at::clamp(y, 0, 6);
    else if (name == "Elu")
      y = at::elu(y);
    else if (name == "Sigmoid")
      y = at::sigmoid(y);
    else if (name == "LeakyRelu")
      y = leaky(y, c.number("leakyrelu_alpha", 0.2));
    else if (name == "Prelu")
      y = leaky(y, c.in(3));
    else
      c.unsupported("fuses " + name + ", which is not run here");
  }
  return y;
}

Pool pool_of(Call& c, const at::Tensor& x) {
  Pool pool;
  pool.kernel = inner(c, "ksize");
  pool.shape.stride = inner(c, "strides");
  pool.margins = margins_of(c, x.sizes(), pool.kernel, pool.shape);
  return pool;
}

// Two numbers for each axis, the second input.
at::Tensor pad(Call& c, Border border, double value) {
  const at::Tensor& list = c.in(1);
  if (list.is_meta() || list.dim() != 2 || list.size(1) != 2 || list.size(0) != c.in(0).dim())
    c.corrupt("has no two paddings for each axis");
  const at::Tensor whole = list.to(at::kLong).t().contiguous();
  const auto* numbers = whole.data_ptr<std::int64_t>();
  const auto rank = c.in(0).dim();
  return bordered(c, c.in(0), List(numbers, numbers + rank), List(numbers + rank, numbers + 2 * rank), border, value);
}

at::Tensor resize(Call& c, const char* mode) {
  const at::Tensor x = planes(c, c.in(0));
  const List sizes = c.list(1);
  if (sizes.size() != 2) c.corrupt("has no two sizes");
  std::vector<AxisResize> axes(2);
  for (int side = 0; side < 2; ++side) {
    AxisResize& r = axes[side];
    r.axis = 2 + side;
    r.size = sizes[side];
    r.scale = float(r.size) / float(x.size(r.axis));
    r.mode = mode;
    const bool corners = c.integer("align_corners", 0) != 0 && r.size > 1;
    const bool centres = c.integer("half_pixel_centers", 0) != 0;
    r.coordinates = corners   ? "align_corners"
                    : centres ? (r.mode == "nearest" ? "tf_half_pixel_for_nn" : "half_pixel")
                              : "asymmetric";
    r.nearest = corners ? "round_prefer_ceil" : "floor";
  }
  return rows(resized(c, x, axes));
}

at::Tensor batch_norm(Call& c) {
  const auto scale = c.in(1) * at::rsqrt(c.in(4) + c.number("epsilon", 1e-4));
  at::Tensor x = c.in(0), s = scale, offset = c.in(2) - c.in(3) * scale;
  unify(x, s);
  unify(x, offset);
  return x * s + offset;
}

at::Tensor local_response(Call& c) {
  const at::Tensor& x = c.in(0);
  const auto radius = c.integer("depth_radius", 5);
  if (x.is_meta()) return at::empty_like(x);
  if (radius < 0 || radius > (1 << 16)) c.corrupt("normalises over no channels");
  const auto sums = at::constant_pad_nd(at::square(x), {radius, radius}).unfold(-1, 2 * radius + 1, 1).sum(-1);
  return x / at::pow(sums * c.number("alpha", 1) + c.number("bias", 1), c.number("beta", 0.5));
}

constexpr Operator kPictures[] = {
    {"Conv2D", [](Call& c) -> Outputs { return convolution(c, false); }},
    {"_FusedConv2D", [](Call& c) -> Outputs { return activated(c, convolution(c, false)); }},
    {"FusedConv2D", [](Call& c) -> Outputs { return activated(c, convolution(c, false)); }},
    {"DepthwiseConv2d", [](Call& c) -> Outputs { return convolution(c, true); }},
    {"DepthwiseConv2dNative", [](Call& c) -> Outputs { return convolution(c, true); }},
    {"FusedDepthwiseConv2dNative", [](Call& c) -> Outputs { return activated(c, convolution(c, true)); }},
    {"Conv2DBackpropInput", [](Call& c) -> Outputs { return transposed_convolution(c); }},
    {"_FusedMatMul",
     [](Call& c) -> Outputs {
       at::Tensor y = at::matmul(c.integer("transpose_a", 0) != 0 ? c.in(0).t() : c.in(0),
                                 c.integer("transpose_b", 0) != 0 ? c.in(1).t() : c.in(1));
       return activated(c, c.has(2) ? y + c.in(2) : y);
     }},
    {"MaxPool", [](Call& c) -> Outputs { return rows(max_pool(c, planes(c, c.in(0)), pool_of(c, planes(c, c.in(0))))); }},
    {"AvgPool",
     [](Call& c) -> Outputs { return rows(average_pool(c, planes(c, c.in(0)), pool_of(c, planes(c, c.in(0))), false)); }},
    {"FusedBatchNorm", [](Call& c) -> Outputs { return batch_norm(c); }},
    {"FusedBatchNormV2", [](Call& c) -> Outputs { return batch_norm(c); }},
    {"FusedBatchNormV3", [](Call& c) -> Outputs { return batch_norm(c); }},
    {"LRN", [](Call& c) -> Outputs { return local_response(c); }},
    {"Pad", [](Call& c) -> Outputs { return pad(c, Border::constant, 0); }},
    {"PadV2", [](Call& c) -> Outputs { return pad(c, Border::constant, c.scalar(2)); }},
    {"MirrorPad",
     [](Call& c) -> Outputs { return pad(c, c.text("mode", "REFLECT") == "REFLECT" ? Border::mirror : Border::symmetric, 0); }},
    {"ResizeBilinear", [](Call& c) -> Outputs { return resize(c, "linear"); }},
    {"ResizeNearestNeighbor", [](Call& c) -> Outputs { return resize(c, "nearest"); }},
    {"DepthToSpace",
     [](Call& c) -> Outputs {
       const auto block = c.integer("block_size", 0);
       const at::Tensor x = planes(c, c.in(0));
       if (block < 1 || block > 4096 || x.size(1) % (block * block) != 0) c.corrupt("cannot cut its channels into blocks");
       return rows(blocks_to_space(x, block, false));
     }},
    {"SpaceToDepth",
     [](Call& c) -> Outputs {
       const auto block = c.integer("block_size", 0);
       const at::Tensor x = planes(c, c.in(0));
       if (block < 1 || x.size(2) % block != 0 || x.size(3) % block != 0) c.corrupt("cannot cut its sides into blocks");
       return rows(space_to_blocks(x, block));
     }},
    // of simplify.hpp: x, scale, offset
    {"inkstone.InstanceNorm",
     [](Call& c) -> Outputs {
       return rows(instance_norm(planes(c, c.in(0)), c.in(1).reshape({-1}), c.in(2).reshape({-1}), c.number("epsilon", 1e-5),
                                 c.number("fused.leaky", 1)));
     }},
};

}  // namespace
}  // namespace tensorflow

std::span<const Operator> tensorflow_picture_operators() {
  return tensorflow::kPictures;
}

}  // namespace inkstone::graph
