// TensorFlow's operators that only rearrange.
#include <algorithm>
#include <numeric>

#include <ATen/ATen.h>
#include <ATen/ExpandUtils.h>

#include "models/graph/operands.hpp"
#include "models/graph/operators.hpp"
#include "models/graph/shaping.hpp"
#include "models/graph/slicing.hpp"

namespace inkstone::graph {
namespace tensorflow {
namespace {

using List = std::vector<std::int64_t>;

at::Tensor shape_of(Call& c) {
  const auto type = c.integer("out_type", 3) == 9 ? at::kLong : at::kInt;
  return at::tensor(c.in(0).sizes().vec(), at::kLong).to(type);
}

// Inputs begin, end and strides; bits of the masks say which of them do not count.
at::Tensor strided_slice(Call& c) {
  const List begin = c.list(1), end = c.list(2), strides = c.list(3);
  if (end.size() != begin.size() || strides.size() != begin.size()) c.corrupt("slices with lists of several lengths");
  const auto bit = [&](const char* mask, std::size_t i) { return (c.integer(mask, 0) >> i & 1) != 0; };
  at::Tensor x = c.in(0);
  std::int64_t axis = 0, taken = 0;  // taken: axes of the input that the list speaks of, without those that are new
  for (std::size_t i = 0; i < begin.size(); ++i) taken += bit("new_axis_mask", i) || bit("ellipsis_mask", i) ? 0 : 1;
  for (std::size_t i = 0; i < begin.size(); ++i) {
    if (bit("ellipsis_mask", i)) {
      axis += c.in(0).dim() - taken;
      continue;
    }
    if (bit("new_axis_mask", i)) {
      x = x.unsqueeze(axis++);
      continue;
    }
    if (axis >= x.dim()) c.corrupt("slices more axes than its input has");
    if (bit("shrink_axis_mask", i)) {
      x = x.select(axis, begin[i]);
      continue;
    }
    const bool down = strides[i] < 0;
    x = sliced(c, x, axis, bit("begin_mask", i) ? (down ? INT64_MAX : 0) : begin[i],
               bit("end_mask", i) ? (down ? INT64_MIN / 2 : INT64_MAX) : end[i], strides[i]);
    ++axis;
  }
  return x;
}

// Inputs begin and size; a size of -1 is all the rest.
at::Tensor slice(Call& c) {
  const List begin = c.list(1), size = c.list(2);
  at::Tensor x = c.in(0);
  if (begin.size() != std::size_t(x.dim()) || size.size() != begin.size()) c.corrupt("slices other axes than its input has");
  for (std::size_t i = 0; i < begin.size(); ++i) {
    const auto axis = std::int64_t(i);
    x = x.narrow(axis, begin[i], size[i] < 0 ? x.size(axis) - begin[i] : size[i]);
  }
  return x;
}

at::Tensor pack(Call& c) {
  std::vector<at::Tensor> parts = c.inputs();
  if (parts.empty()) c.corrupt("stacks nothing");
  const auto axis = axis_of(c, c.integer("axis", 0), parts[0].dim() + 1);
  for (auto& part : parts) part = part.unsqueeze(axis);
  return joined(c, std::move(parts), axis);
}

// The axis is the last input.
at::Tensor concat(Call& c) {
  std::vector<at::Tensor> parts = c.inputs();
  if (parts.size() < 2) c.corrupt("joins nothing");
  const auto axis = static_cast<std::int64_t>(c.scalar(parts.size() - 1));
  parts.pop_back();
  return joined(c, std::move(parts), axis);
}

Outputs split(Call& c) {
  const auto axis = axis_of(c, static_cast<std::int64_t>(c.scalar(0)), c.in(1).dim()), parts = c.integer("num_split", 1);
  if (parts < 1 || c.in(1).size(axis) % parts != 0) c.corrupt("does not split into equal parts");
  return c.in(1).split(std::max<std::int64_t>(c.in(1).size(axis) / parts, 1), axis);
}

Outputs split_by(Call& c) {
  const auto axis = axis_of(c, static_cast<std::int64_t>(c.scalar(2)), c.in(0).dim());
  List sizes = c.list(1);
  std::int64_t rest = c.in(0).size(axis);
  for (const auto size : sizes) rest -= std::max<std::int64_t>(size, 0);
  for (auto& size : sizes)
    if (size < 0) size = rest;
  return c.in(0).split_with_sizes(sizes, axis);
}

at::Tensor fill(Call& c) {
  const List sizes = c.list(0);
  require_sane(c, sizes);
  return c.in(1).expand(sizes);
}

at::Tensor gather(Call& c) {
  if (c.integer("batch_dims", 0) != 0) c.unsupported("gathers by batches, which is not run here");
  return gathered(c, c.in(0), c.in(1), c.count() > 2 ? static_cast<std::int64_t>(c.scalar(2)) : 0);
}

at::Tensor squeeze(Call& c) {
  return squeezed(c, c.in(0), c.integers("squeeze_dims", c.integers("axis")));
}

constexpr Operator kShapes[] = {
    {"Shape", [](Call& c) -> Outputs { return shape_of(c); }},
    {"Size", [](Call& c) -> Outputs { return at::tensor(c.in(0).numel(), at::kInt); }},
    {"Rank", [](Call& c) -> Outputs { return at::tensor(c.in(0).dim(), at::kInt); }},
    {"Reshape", [](Call& c) -> Outputs { return reshaped(c.in(0), c.list(1)); }},
    {"Squeeze", [](Call& c) -> Outputs { return squeeze(c); }},
    {"ExpandDims", [](Call& c) -> Outputs { return unsqueezed(c, c.in(0), {static_cast<std::int64_t>(c.scalar(1))}); }},
    {"Transpose", [](Call& c) -> Outputs { return c.in(0).permute(c.list(1)); }},
    {"ConcatV2", [](Call& c) -> Outputs { return concat(c); }},
    {"Pack", [](Call& c) -> Outputs { return pack(c); }},
    {"Unpack", [](Call& c) -> Outputs { return c.in(0).unbind(axis_of(c, c.integer("axis", 0), c.in(0).dim())); }},
    {"Split", [](Call& c) -> Outputs { return split(c); }},
    {"SplitV", [](Call& c) -> Outputs { return split_by(c); }},
    {"StridedSlice", [](Call& c) -> Outputs { return strided_slice(c); }},
    {"Slice", [](Call& c) -> Outputs { return slice(c); }},
    {"Gather", [](Call& c) -> Outputs { return gather(c); }},
    {"GatherV2", [](Call& c) -> Outputs { return gather(c); }},
    {"BroadcastTo",
     [](Call& c) -> Outputs {
       require_sane(c, c.list(1));
       return c.in(0).expand(c.list(1));
     }},
    {"Tile", [](Call& c) -> Outputs { return repeated(c, c.in(0), c.list(1)); }},
    {"Fill", [](Call& c) -> Outputs { return fill(c); }},
    {"ZerosLike", [](Call& c) -> Outputs { return at::zeros_like(c.in(0)); }},
    {"OnesLike", [](Call& c) -> Outputs { return at::ones_like(c.in(0)); }},
    {"Range", [](Call& c) -> Outputs { return counted(c, c.scalar(0), c.scalar(1), c.scalar(2), c.in(0).scalar_type()); }},
    {"Reverse", [](Call& c) -> Outputs { return c.in(0).flip(c.list(1)); }},
    {"ReverseV2", [](Call& c) -> Outputs { return c.in(0).flip(c.list(1)); }},
};

}  // namespace
}  // namespace tensorflow

std::span<const Operator> tensorflow_shape_operators() {
  return tensorflow::kShapes;
}

}  // namespace inkstone::graph
