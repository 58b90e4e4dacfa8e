#include "models/graph/padding.hpp"

#include <algorithm>
#include <numeric>

#include <ATen/ATen.h>

#include "models/graph/operands.hpp"
#include "models/graph/operators.hpp"

namespace inkstone::graph {
namespace {

using List = std::vector<std::int64_t>;

std::int64_t modulo(std::int64_t a, std::int64_t n) {
  return (a % n + n) % n;
}

// Where the number at `place` outside [0, size) comes from.
std::int64_t source(std::int64_t place, std::int64_t size, Border border) {
  if (border == Border::edge) return std::clamp<std::int64_t>(place, 0, size - 1);
  if (border == Border::wrap) return modulo(place, size);
  const auto period = border == Border::mirror ? std::max<std::int64_t>(2 * size - 2, 1) : 2 * size;
  const auto within = modulo(place, period);
  return within < size ? within : period - within - (border == Border::mirror ? 0 : 1);
}

// y holds x in the middle; fills the borders of one axis after the other, corners with the last.
void fill_borders(at::Tensor& y, const at::Tensor& x, const List& before, Border border) {
  for (std::int64_t axis = 0; axis < x.dim(); ++axis)
    for (std::int64_t i = 0; i < y.size(axis); ++i) {
      if (i == before[axis] && x.size(axis) > 0) i += x.size(axis);
      if (i < y.size(axis))
        y.select(axis, i).copy_(y.select(axis, before[axis] + source(i - before[axis], x.size(axis), border)));
    }
}

Border border_of(const Call& c, const std::string& mode) {
  if (mode == "constant") return Border::constant;
  if (mode == "reflect") return Border::mirror;
  if (mode == "edge") return Border::edge;
  if (mode == "wrap") return Border::wrap;
  c.corrupt("pads in the mode '" + mode + "', which does not exist");
}

// Attributes up to opset 10, then inputs.
at::Tensor pad(Call& c) {
  const at::Tensor& x = c.in(0);
  const List pads = c.opset() < 11 ? c.integers("pads") : c.list(1);
  List axes(x.dim()), before(x.dim()), after(x.dim());
  std::iota(axes.begin(), axes.end(), 0);
  if (c.has(3)) axes = axes_of(c, c.list(3), x.dim());
  if (pads.size() != 2 * axes.size()) c.corrupt("has paddings for other axes than its input has");
  for (std::size_t i = 0; i < axes.size(); ++i) before[axes[i]] = pads[i], after[axes[i]] = pads[axes.size() + i];
  const double value = c.opset() < 11 ? c.number("value", 0) : c.has(2) ? c.scalar(2) : 0;
  return bordered(c, x, before, after, border_of(c, c.text("mode", "constant")), value);
}

constexpr Operator kPads[] = {{"Pad", [](Call& c) -> Outputs { return pad(c); }}};

}  // namespace

at::Tensor bordered(const Call& call, const at::Tensor& x, const List& before, const List& after, Border border, double value) {
  List sizes = x.sizes().vec();
  at::Tensor inner = x;
  List front(before.size()), constant;
  for (std::int64_t axis = 0; axis < x.dim(); ++axis) {
    const auto &b = before[axis], &a = after[axis];
    if (std::max(std::abs(b), std::abs(a)) > (std::int64_t(1) << 32)) call.corrupt("has paddings that cannot be");
    sizes[axis] += b + a;
    if (sizes[axis] < 0) call.corrupt("cuts more than there is");
    const auto cut = std::max<std::int64_t>(-b, 0);
    inner = inner.slice(axis, cut, std::max(cut, x.size(axis) - std::max<std::int64_t>(-a, 0)));
    front[axis] = std::max<std::int64_t>(b, 0);
    const bool grows = b > 0 || a > 0;
    if (grows && border != Border::constant && inner.size(axis) == 0) call.corrupt("mirrors what is not there");
    constant.insert(constant.begin(), {front[axis], std::max<std::int64_t>(a, 0)});
  }
  require_sane(call, sizes);
  if (inner.sizes() == at::IntArrayRef(sizes)) return inner;
  if (x.is_meta()) return shadow(sizes, x.scalar_type());
  if (border == Border::constant) return at::constant_pad_nd(inner, constant, value);
  at::Tensor y = at::empty(sizes, x.options(), x.dim() == 4 ? x.suggest_memory_format() : at::MemoryFormat::Contiguous),
             middle = y;
  for (std::int64_t axis = 0; axis < x.dim(); ++axis) middle = middle.narrow(axis, front[axis], inner.size(axis));
  middle.copy_(inner);
  fill_borders(y, inner, front, border);
  return y;
}

std::span<const Operator> padding_operators() {
  return kPads;
}

}  // namespace inkstone::graph
