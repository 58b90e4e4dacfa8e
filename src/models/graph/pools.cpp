// Pooling of ONNX.
#include <limits>

#include <ATen/ATen.h>
#include <algorithm>

#include "models/graph/convolving.hpp"
#include "models/graph/operands.hpp"
#include "models/graph/operators.hpp"
#include "models/graph/pooling.hpp"

namespace inkstone::graph {
namespace {

using List = std::vector<std::int64_t>;

Pool pool_of(Call& c) {
  Pool pool;
  const List kernel = c.integers("kernel_shape"), strides = c.integers("strides", {1, 1}),
             dilations = c.integers("dilations", {1, 1});
  const List pads = c.integers("pads", {0, 0, 0, 0});
  if (c.in(0).dim() != 4 || kernel.size() != 2 || strides.size() != 2 || dilations.size() != 2 || pads.size() != 4)
    c.unsupported("pools over other than two axes, which is not run here");
  for (int side = 0; side < 2; ++side) {
    if (kernel[side] < 1 || strides[side] < 1 || dilations[side] < 1 || pads[side] < 0 || pads[2 + side] < 0)
      c.corrupt("pools over windows that cannot be");
    pool.kernel[side] = kernel[side];
    pool.shape.stride[side] = strides[side];
    pool.shape.dilation[side] = dilations[side];
    pool.margins.before[side] = pads[side];
    pool.margins.after[side] = pads[2 + side];
  }
  const std::string mode = c.text("auto_pad", "NOTSET");
  if (mode.starts_with("SAME")) pad_same(c.in(0).sizes(), kernel, pool.shape, mode == "SAME_LOWER", pool.margins);
  pool.ceil = c.integer("ceil_mode", 0) != 0;
  return pool;
}

at::Tensor max_of(Call& c) {
  if (c.node().outputs.size() > 1 && !c.node().outputs[1].empty())
    c.unsupported("gives the places of its maxima, which is not run here");
  return max_pool(c, c.in(0), pool_of(c));
}

at::Tensor lp_of_all(Call& c) {
  const double p = c.number("p", 2);
  return at::pow(at::sum(at::pow(magnitude(c.in(0)), p), {2, 3}, true), 1 / p);
}

constexpr Operator kPools[] = {
    {"MaxPool", [](Call& c) -> Outputs { return max_of(c); }},
    {"AveragePool",
     [](Call& c) -> Outputs { return average_pool(c, c.in(0), pool_of(c), c.integer("count_include_pad", 0) != 0); }},
    {"GlobalAveragePool",
     [](Call& c) -> Outputs {
       return at::mean(c.in(0), {2, 3}, true);
     }},
    {"GlobalMaxPool",
     [](Call& c) -> Outputs {
       return at::amax(c.in(0), {2, 3}, true);
     }},
    {"GlobalLpPool", [](Call& c) -> Outputs { return lp_of_all(c); }},
};

// Pads with the value, and further behind until the last window of ceil mode is whole.
at::Tensor framed(const at::Tensor& x, const Pool& pool, double value) {
  kernels::Sides before = pool.margins.before, after = pool.margins.after;
  for (int side = 0; side < 2 && pool.ceil; ++side) {
    const auto window = (pool.kernel[side] - 1) * pool.shape.dilation[side] + 1, stride = pool.shape.stride[side],
               size = x.size(2 + side);
    auto count = (size + before[side] + after[side] - window + stride - 1) / stride + 1;
    if ((count - 1) * stride >= size + before[side]) --count;  // a window that starts in the padding behind does not count
    after[side] = std::max(after[side], (count - 1) * stride + window - size - before[side]);
  }
  if (before == kernels::Sides{0, 0} && after == kernels::Sides{0, 0}) return x;
  return at::constant_pad_nd(x, {before[1], after[1], before[0], after[0]}, value);
}

}  // namespace

at::Tensor max_pool(const Call& call, const at::Tensor& x, const Pool& pool) {
  const auto framed_x = framed(x, pool, -std::numeric_limits<float>::infinity());
  if (!x.is_floating_point()) call.unsupported("pools whole numbers, which is not run here");
  return at::max_pool2d(framed_x, pool.kernel, pool.shape.stride, {0, 0}, pool.shape.dilation);
}

at::Tensor average_pool(const Call& call, const at::Tensor& x, const Pool& pool, bool count_padding) {
  if (pool.shape.dilation != kernels::Sides{1, 1}) call.unsupported("averages over dilated windows, which is not run here");
  const auto sums = [&](const at::Tensor& t) {
    return at::avg_pool2d(framed(t, pool, 0), pool.kernel, pool.shape.stride, 0, false, true);
  };
  if (pool.margins.before == kernels::Sides{0, 0} && pool.margins.after == kernels::Sides{0, 0} && !pool.ceil) return sums(x);
  Pool counted = pool;
  at::Tensor ones = at::ones({1, 1, x.size(2), x.size(3)}, at::kFloat);
  if (count_padding) {  // the padding counts, what ceil mode adds does not
    const auto& [before, after] = pool.margins;
    ones = at::ones({1, 1, x.size(2) + before[0] + after[0], x.size(3) + before[1] + after[1]}, at::kFloat);
    const auto last = framed(at::empty({1, 1, x.size(2), x.size(3)}, at::kFloat), pool, 0).sizes().vec();
    ones = at::constant_pad_nd(ones, {0, last[3] - ones.size(3), 0, last[2] - ones.size(2)});
    counted.margins = {}, counted.ceil = false;
  }
  at::Tensor share = at::avg_pool2d(framed(ones, counted, 0), pool.kernel, pool.shape.stride, 0, false, true), y = sums(x);
  unify(y, share);
  return y / share;
}

std::span<const Operator> pooling_operators() {
  return kPools;
}

}  // namespace inkstone::graph
