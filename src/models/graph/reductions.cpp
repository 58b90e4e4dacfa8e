// Operators that bring axes down to one number.
#include <algorithm>
#include <numeric>

#include <ATen/ATen.h>

#include "models/graph/operands.hpp"
#include "models/graph/operators.hpp"

namespace inkstone::graph {
namespace {

using List = std::vector<std::int64_t>;
using Reduction = at::Tensor (*)(const at::Tensor& x, const List& axes, bool keep);

// Axes are an attribute up to opset 12 (ReduceSum) or 17, then an input.
at::Tensor reduced(Call& c, Reduction reduction) {
  const at::Tensor& x = c.in(0);
  List axes = c.has(1) ? c.list(1) : c.integers("axes");
  if (axes.empty() && c.integer("noop_with_empty_axes", 0) == 0) axes.resize(x.dim()), std::iota(axes.begin(), axes.end(), 0);
  return reduction(x, axes_of(c, axes, x.dim()), c.integer("keepdims", 1) != 0);
}

// Over no axes nothing is reduced; libtorch would take all of them.
at::Tensor sum(const at::Tensor& x, const List& axes, bool keep) {
  return axes.empty() ? x : at::sum(x, axes, keep, x.scalar_type());
}
at::Tensor largest(const at::Tensor& x, const List& axes, bool keep) {
  return axes.empty() ? x : at::amax(x, axes, keep);
}
at::Tensor smallest(const at::Tensor& x, const List& axes, bool keep) {
  return axes.empty() ? x : at::amin(x, axes, keep);
}

at::Tensor mean(const at::Tensor& x, const List& axes, bool keep) {
  if (axes.empty()) return x;
  return x.is_floating_point() ? at::mean(x, axes, keep) : at::mean(x, axes, keep, at::kDouble).to(x.scalar_type());
}

at::Tensor log_sum_exp(const at::Tensor& x, const List& axes, bool keep) {
  if (axes.empty()) return x;
  if (x.is_meta()) return at::amax(x, axes, keep);
  return at::logsumexp(x.is_floating_point() ? x : x.to(at::kFloat), axes, keep).to(x.scalar_type());
}

at::Tensor extreme_place(Call& c, bool largest) {
  at::Tensor x = c.in(0);
  const auto axis = axis_of(c, c.integer("axis", 0), x.dim());
  const bool keep = c.integer("keepdims", 1) != 0, last = c.integer("select_last_index", 0) != 0;
  if (last) x = flipped(x, axis);
  const auto place = largest ? at::argmax(x, axis, keep) : at::argmin(x, axis, keep);
  return last ? x.size(axis) - 1 - place : place;
}

constexpr Operator kReductions[] = {
    {"ReduceSum", [](Call& c) -> Outputs { return reduced(c, sum); }},
    {"ReduceMean", [](Call& c) -> Outputs { return reduced(c, mean); }},
    {"ReduceMax", [](Call& c) -> Outputs { return reduced(c, largest); }},
    {"ReduceMin", [](Call& c) -> Outputs { return reduced(c, smallest); }},
    {"ReduceProd", [](Call& c) -> Outputs { return reduced(c, [](auto& x, auto& a, bool k) { return product(x, a, k); }); }},
    {"ReduceL1", [](Call& c) -> Outputs { return reduced(c, [](auto& x, auto& a, bool k) { return sum(magnitude(x), a, k); }); }},
    {"ReduceL2",
     [](Call& c) -> Outputs {
       return reduced(c, [](auto& x, auto& a, bool k) { return at::sqrt(sum(at::square(x), a, k)).to(x.scalar_type()); });
     }},
    {"ReduceLogSum",
     [](Call& c) -> Outputs {
       return reduced(c, [](auto& x, auto& a, bool k) { return at::log(sum(x, a, k)).to(x.scalar_type()); });
     }},
    {"ReduceLogSumExp", [](Call& c) -> Outputs { return reduced(c, log_sum_exp); }},
    {"ReduceSumSquare",
     [](Call& c) -> Outputs { return reduced(c, [](auto& x, auto& a, bool k) { return sum(at::square(x), a, k); }); }},
    {"ArgMax", [](Call& c) -> Outputs { return extreme_place(c, true); }},
    {"ArgMin", [](Call& c) -> Outputs { return extreme_place(c, false); }},
};

}  // namespace

std::span<const Operator> reduction_operators() {
  return kReductions;
}

}  // namespace inkstone::graph
