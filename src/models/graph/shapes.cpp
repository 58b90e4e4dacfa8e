// Operators that only rearrange: shapes, axes, and the numbers that shapes are computed from.
#include <algorithm>
#include <numeric>

#include <ATen/ATen.h>
#include <ATen/ExpandUtils.h>
#include <fmt/format.h>

#include "models/graph/operands.hpp"
#include "models/graph/operators.hpp"
#include "models/graph/shaping.hpp"

namespace inkstone::graph {
namespace {

using List = std::vector<std::int64_t>;

// Axes are an attribute up to opset 12, then an input.
List axes_by(Call& c, std::size_t input) {
  return c.has(input) ? c.list(input) : c.integers("axes");
}

at::Tensor shape_of(Call& c) {
  const auto sizes = c.in(0).sizes();
  const auto rank = std::int64_t(sizes.size());
  const auto place = [&](std::int64_t at) { return std::clamp<std::int64_t>(at < 0 ? at + rank : at, 0, rank); };
  const auto begin = place(c.integer("start", 0)), end = std::max(begin, place(c.integer("end", rank)));
  return at::tensor(List(sizes.begin() + begin, sizes.begin() + end), at::kLong);
}

at::Tensor reshape(Call& c) {
  List sizes = c.count() > 1 ? c.list(1) : c.integers("shape");
  const at::Tensor& x = c.in(0);
  for (std::size_t i = 0; i < sizes.size() && c.integer("allowzero", 0) == 0; ++i)
    if (sizes[i] == 0) {
      if (i >= std::size_t(x.dim())) c.corrupt("copies a side that its input does not have");
      sizes[i] = x.size(std::int64_t(i));
    }
  return reshaped(x, sizes);
}

at::Tensor flatten(Call& c) {
  const at::Tensor& x = c.in(0);
  auto axis = c.integer("axis", 1);
  axis = axis == x.dim() ? axis : axis_of(c, axis, x.dim());
  const auto sizes = x.sizes();
  return reshaped(x, {c10::multiply_integers(sizes.begin(), sizes.begin() + axis),
                      c10::multiply_integers(sizes.begin() + axis, sizes.end())});
}

at::Tensor transpose(Call& c) {
  List order(c.in(0).dim());
  std::iota(order.rbegin(), order.rend(), 0);
  return c.in(0).permute(c.integers("perm", order));
}

at::Tensor concat(Call& c) {
  return joined(c, c.inputs(), c.integer("axis", c.opset() < 4 ? 1 : 0));
}

List split_sizes(Call& c, std::int64_t axis, std::int64_t size) {
  if (c.has(1)) return c.list(1);
  if (c.attribute("split")) return c.integers("split");
  const auto parts = c.integer("num_outputs", std::int64_t(c.node().outputs.size()));
  if (parts < 1) c.corrupt("splits into no part");
  const auto each = (size + parts - 1) / parts;
  List sizes(parts, each);
  sizes.back() = size - each * (parts - 1);
  return sizes;
}

Outputs split(Call& c) {
  const auto axis = axis_of(c, c.integer("axis", 0), c.in(0).dim());
  return c.in(0).split_with_sizes(split_sizes(c, axis, c.in(0).size(axis)), axis);
}

at::Tensor constant(Call& c) {
  const auto& attributes = c.node().attributes;
  if (const auto value = attributes.find("value"); value != attributes.end())
    if (const auto* tensor = std::get_if<at::Tensor>(&value->second)) return *tensor;
  if (c.attribute("value_float")) return at::tensor(c.number("value_float", 0), at::kFloat);
  if (c.attribute("value_int")) return at::tensor(c.integer("value_int", 0), at::kLong);
  if (c.attribute("value_floats")) return at::tensor(c.numbers("value_floats"), at::kDouble).to(at::kFloat);
  if (c.attribute("value_ints")) return at::tensor(c.integers("value_ints"), at::kLong);
  c.unsupported("is a constant without numbers");
}

at::Tensor constant_of_shape(Call& c) {
  const List sizes = c.list(0);
  require_sane(c, sizes);
  const auto value = c.node().attributes.find("value");
  const auto* tensor = value == c.node().attributes.end() ? nullptr : std::get_if<at::Tensor>(&value->second);
  if (!tensor) return at::zeros(sizes, at::kFloat);
  if (tensor->numel() != 1) c.corrupt("fills with more than one number");
  return at::full(sizes, tensor->reshape({}).item(), tensor->scalar_type());
}

at::Tensor expand(Call& c) {
  const List wanted = c.list(1);
  require_sane(c, wanted);
  return c.in(0).expand(at::infer_size(c.in(0).sizes(), wanted));
}

at::Tensor range(Call& c) {
  return counted(c, c.scalar(0), c.scalar(1), c.scalar(2), c.in(0).scalar_type());
}

at::Tensor depth_to_space(Call& c) {
  const at::Tensor& x = c.in(0);
  const auto block = c.integer("blocksize", 0);
  if (x.dim() != 4 || block < 1 || x.size(1) % (block * block) != 0) c.corrupt("cannot cut its channels into blocks");
  return blocks_to_space(x, block, c.text("mode", "DCR") == "CRD");
}

at::Tensor space_to_depth(Call& c) {
  const at::Tensor& x = c.in(0);
  const auto block = c.integer("blocksize", 0);
  if (x.dim() != 4 || block < 1 || x.size(2) % block != 0 || x.size(3) % block != 0)
    c.corrupt("cannot cut its sides into blocks");
  return space_to_blocks(x, block);
}

constexpr Operator kShapes[] = {
    {"Shape", [](Call& c) -> Outputs { return shape_of(c); }},
    {"Size", [](Call& c) -> Outputs { return at::tensor(c.in(0).numel(), at::kLong); }},
    {"Reshape", [](Call& c) -> Outputs { return reshape(c); }},
    {"Flatten", [](Call& c) -> Outputs { return flatten(c); }},
    {"Squeeze", [](Call& c) -> Outputs { return squeezed(c, c.in(0), axes_by(c, 1)); }},
    {"Unsqueeze", [](Call& c) -> Outputs { return unsqueezed(c, c.in(0), axes_by(c, 1)); }},
    {"Transpose", [](Call& c) -> Outputs { return transpose(c); }},
    {"Concat", [](Call& c) -> Outputs { return concat(c); }},
    {"Split", [](Call& c) -> Outputs { return split(c); }},
    {"Constant", [](Call& c) -> Outputs { return constant(c); }},
    {"ConstantOfShape", [](Call& c) -> Outputs { return constant_of_shape(c); }},
    {"Expand", [](Call& c) -> Outputs { return expand(c); }},
    {"Tile", [](Call& c) -> Outputs { return repeated(c, c.in(0), c.list(1)); }},
    {"Range", [](Call& c) -> Outputs { return range(c); }},
    {"DepthToSpace", [](Call& c) -> Outputs { return depth_to_space(c); }},
    {"SpaceToDepth", [](Call& c) -> Outputs { return space_to_depth(c); }},
};

}  // namespace

std::span<const Operator> shape_operators() {
  return kShapes;
}

}  // namespace inkstone::graph
