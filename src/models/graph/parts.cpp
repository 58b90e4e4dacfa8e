// Operators that take parts of a tensor or put parts into one.
#include <algorithm>
#include <numeric>

#include <ATen/ATen.h>
#include <ATen/ExpandUtils.h>

#include "models/graph/operands.hpp"
#include "models/graph/operators.hpp"
#include "models/graph/slicing.hpp"

namespace inkstone::graph {
namespace {

using List = std::vector<std::int64_t>;

// Everything is an attribute up to opset 9, then an input.
at::Tensor slice(Call& c) {
  const bool inputs = c.opset() >= 10;
  const List begins = inputs ? c.list(1) : c.integers("starts"), ends = inputs ? c.list(2) : c.integers("ends");
  List axes(begins.size()), steps(begins.size(), 1);
  std::iota(axes.begin(), axes.end(), 0);
  if (inputs && c.has(3)) axes = c.list(3);
  if (!inputs) axes = c.integers("axes", axes);
  if (inputs && c.has(4)) steps = c.list(4);
  if (ends.size() != begins.size() || axes.size() != begins.size() || steps.size() != begins.size())
    c.corrupt("slices with lists of several lengths");
  at::Tensor x = c.in(0);
  for (std::size_t i = 0; i < begins.size(); ++i) x = sliced(c, x, axis_of(c, axes[i], x.dim()), begins[i], ends[i], steps[i]);
  return x;
}

at::Tensor crop(Call& c) {
  const List border = c.integers("border"), scale = c.integers("scale");
  const at::Tensor& x = c.in(0);
  if (border.size() != 4 || x.dim() != 4) c.corrupt("crops without four borders");
  const auto end = [&](std::int64_t axis, std::size_t side) {
    return scale.size() == 2 ? border[side] + scale[axis - 2] : x.size(axis) - border[side + 2];
  };
  return sliced(c, sliced(c, x, 2, border[1], end(2, 1), 1), 3, border[0], end(3, 0), 1);
}

at::Tensor from_front(const at::Tensor& index, std::int64_t size) {
  const auto whole = index.to(at::kLong);
  return at::where(whole.lt(0), whole + size, whole);
}

at::Tensor gather_elements(Call& c) {
  const auto axis = axis_of(c, c.integer("axis", 0), c.in(0).dim());
  if (any_shadow(c.inputs())) return shadow(c.in(1).sizes(), c.in(0).scalar_type());
  return at::gather(c.in(0), axis, from_front(c.in(1), c.in(0).size(axis)));
}

at::Tensor scatter_elements(Call& c) {
  const at::Tensor& x = c.in(0);
  const auto axis = axis_of(c, c.integer("axis", 0), x.dim());
  const std::string reduction = c.text("reduction", "none");
  if (any_shadow(c.inputs())) return shadow(x.sizes(), x.scalar_type());
  const auto index = from_front(c.in(1), x.size(axis));
  if (reduction == "none") return x.scatter(axis, index, c.in(2));
  if (reduction == "add") return x.scatter_add(axis, index, c.in(2));
  c.unsupported("scatters with a reduction other than a sum");
}

// index [..., k] as k index tensors behind those of the batch dimensions.
c10::List<c10::optional<at::Tensor>> places(Call& c, const at::Tensor& x, const at::Tensor& index, std::int64_t batch) {
  if (index.dim() < 1 || batch < 0 || batch >= index.dim() || batch + index.size(-1) > x.dim())
    c.corrupt("points outside its input");
  c10::List<c10::optional<at::Tensor>> list;
  for (std::int64_t d = 0; d < batch; ++d) {
    List shape(index.dim() - 1, 1);
    shape[d] = x.size(d);
    list.push_back(at::arange(x.size(d), at::kLong).view(shape));
  }
  for (std::int64_t k = 0; k < index.size(-1); ++k) list.push_back(from_front(index.select(-1, k), x.size(batch + k)));
  return list;
}

at::Tensor gather_nd(Call& c) {
  const auto batch = c.integer("batch_dims", 0);
  if (any_shadow(c.inputs())) {
    places(c, shadow(c.in(0).sizes(), at::kLong), at::zeros(c.in(1).sizes(), at::kLong), batch);  // throws where it must
    List sizes = c.in(1).sizes().slice(0, c.in(1).dim() - 1).vec();
    for (auto axis = batch + c.in(1).size(-1); axis < c.in(0).dim(); ++axis) sizes.push_back(c.in(0).size(axis));
    return shadow(sizes, c.in(0).scalar_type());
  }
  return at::index(c.in(0), places(c, c.in(0), c.in(1), batch));
}

at::Tensor scatter_nd(Call& c) {
  const std::string reduction = c.text("reduction", "none");
  if (reduction != "none" && reduction != "add") c.unsupported("scatters with a reduction other than a sum");
  if (any_shadow(c.inputs())) return shadow(c.in(0).sizes(), c.in(0).scalar_type());
  return at::index_put(c.in(0), places(c, c.in(0), c.in(1), 0), c.in(2), reduction == "add");
}

at::Tensor non_zero(Call& c) {
  if (c.in(0).is_meta()) c.unsupported("depends on what is in the picture");
  return at::nonzero(c.in(0)).t();
}

at::Tensor one_hot(Call& c) {
  const at::Tensor& index = c.in(0);
  const auto depth = static_cast<std::int64_t>(c.scalar(1));
  if (depth < 1 || c.in(2).numel() != 2) c.corrupt("has no depth or not two values");
  const auto axis = axis_of(c, c.integer("axis", -1), index.dim() + 1);
  List shape(index.dim() + 1, 1);
  shape[axis] = depth;
  if (any_shadow(c.inputs())) return shadow(at::infer_size(index.unsqueeze(axis).sizes(), shape), c.in(2).scalar_type());
  const auto hot = from_front(index, depth).unsqueeze(axis).eq(at::arange(depth, at::kLong).view(shape));
  return at::where(hot, c.in(2).select(0, 1), c.in(2).select(0, 0));
}

at::Tensor cumulative_sum(Call& c) {
  at::Tensor x = c.in(0);
  const auto axis = axis_of(c, static_cast<std::int64_t>(c.scalar(1)), x.dim());
  const bool turned = c.integer("reverse", 0) != 0;
  if (turned) x = flipped(x, axis);
  at::Tensor sum = x.cumsum(axis, x.scalar_type());
  if (c.integer("exclusive", 0) != 0) sum = sum - x;
  return turned ? flipped(sum, axis) : sum;
}

Outputs top_k(Call& c) {
  const auto k = c.count() > 1 ? static_cast<std::int64_t>(c.scalar(1)) : c.integer("k", 1);
  auto [values, indices] =
      at::topk(c.in(0), k, axis_of(c, c.integer("axis", -1), c.in(0).dim()), c.integer("largest", 1) != 0, true);
  return std::vector<at::Tensor>{values, indices};
}

at::Tensor grid_sample(Call& c) {
  const std::string mode = c.text("mode", "bilinear"), padding = c.text("padding_mode", "zeros");
  if (c.in(0).dim() != 4) c.unsupported("samples something else than a picture");
  const std::int64_t interpolation = mode == "nearest" ? 1 : mode == "bicubic" || mode == "cubic" ? 2 : 0;
  const std::int64_t border = padding == "border" ? 1 : padding == "reflection" ? 2 : 0;
  if (any_shadow(c.inputs()))
    return shadow({c.in(0).size(0), c.in(0).size(1), c.in(1).size(1), c.in(1).size(2)}, c.in(0).scalar_type());
  return at::grid_sampler(c.in(0), c.in(1).to(c.in(0).scalar_type()), interpolation, border, c.integer("align_corners", 0) != 0);
}

constexpr Operator kParts[] = {
    {"Slice", [](Call& c) -> Outputs { return slice(c); }},
    {"Crop", [](Call& c) -> Outputs { return crop(c); }},
    {"Gather", [](Call& c) -> Outputs { return gathered(c, c.in(0), c.in(1), c.integer("axis", 0)); }},
    {"GatherElements", [](Call& c) -> Outputs { return gather_elements(c); }},
    {"GatherND", [](Call& c) -> Outputs { return gather_nd(c); }},
    {"Scatter", [](Call& c) -> Outputs { return scatter_elements(c); }},
    {"ScatterElements", [](Call& c) -> Outputs { return scatter_elements(c); }},
    {"ScatterND", [](Call& c) -> Outputs { return scatter_nd(c); }},
    {"NonZero", [](Call& c) -> Outputs { return non_zero(c); }},
    {"OneHot", [](Call& c) -> Outputs { return one_hot(c); }},
    {"CumSum", [](Call& c) -> Outputs { return cumulative_sum(c); }},
    {"TopK", [](Call& c) -> Outputs { return top_k(c); }},
    {"Trilu",
     [](Call& c) -> Outputs {
       const auto diagonal = c.has(1) ? static_cast<std::int64_t>(c.scalar(1)) : 0;
       return c.integer("upper", 1) != 0 ? at::triu(c.in(0), diagonal) : at::tril(c.in(0), diagonal);
     }},
    {"GridSample", [](Call& c) -> Outputs { return grid_sample(c); }},
};

}  // namespace

at::Tensor sliced(const Call& call, const at::Tensor& x, std::int64_t axis, std::int64_t begin, std::int64_t end,
                  std::int64_t step) {
  const auto size = x.size(axis);
  if (step == 0 || step == INT64_MIN) call.corrupt("slices with a step of zero");
  const auto place = [&](std::int64_t at, std::int64_t low, std::int64_t high) {
    return std::clamp(at < 0 ? at + size : at, low, high);
  };
  if (step > 0) {
    const auto first = place(begin, 0, size);
    return x.slice(axis, first, std::max(first, place(end, 0, size)), std::min(step, std::max<std::int64_t>(size, 1)));
  }
  const auto first = place(begin, 0, size - 1), last = place(end, -1, size - 1);
  const auto count = size == 0 || first <= last ? 0 : (first - last - step - 1) / -step;
  return pick(x, axis, at::arange(count, at::kLong) * std::max(step, -size - 1) + first);
}

at::Tensor gathered(const Call& call, const at::Tensor& x, const at::Tensor& index, std::int64_t axis) {
  axis = axis_of(call, axis, x.dim());
  List sizes = x.sizes().vec();
  sizes.erase(sizes.begin() + axis);
  sizes.insert(sizes.begin() + axis, index.sizes().begin(), index.sizes().end());
  if (x.is_meta() || index.is_meta()) return shadow(sizes, x.scalar_type());
  const auto flat = from_front(index, x.size(axis)).reshape({-1});
  return pick(x, axis, flat).reshape(sizes);
}

std::span<const Operator> part_operators() {
  return kParts;
}

}  // namespace inkstone::graph
