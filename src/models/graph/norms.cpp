// Normalisation of ONNX.
#include <numeric>

#include <ATen/ATen.h>

#include "models/graph/normalising.hpp"
#include "models/graph/operands.hpp"
#include "models/graph/operators.hpp"

namespace inkstone::graph {
namespace {

using List = std::vector<std::int64_t>;

at::Tensor per_channel(const at::Tensor& v, const at::Tensor& x) {
  List shape(x.dim(), 1);
  shape[1] = -1;
  return v.to(at::kFloat).view(shape);
}

// Statistics of training, a scale and a shift when it runs.
at::Tensor batch_norm(Call& c) {
  const at::Tensor& x = c.in(0);
  const auto scale = c.in(1).to(at::kFloat) * at::rsqrt(c.in(4).to(at::kFloat) + c.number("epsilon", 1e-5));
  const auto offset = c.in(2).to(at::kFloat) - c.in(3).to(at::kFloat) * scale;
  if (any_shadow(c.inputs())) return shadow(x.sizes(), x.scalar_type());
  return (x * per_channel(scale, x) + per_channel(offset, x)).to(x.scalar_type());
}

at::Tensor layer_norm(Call& c) {
  const at::Tensor& x = c.in(0);
  const auto axis = axis_of(c, c.integer("axis", -1), x.dim());
  if (any_shadow(c.inputs())) return shadow(x.sizes(), x.scalar_type());
  const auto type = x.scalar_type();
  const auto bias = c.has(2) ? c.in(2).to(type) : at::Tensor();
  const auto shape = x.sizes().slice(axis);
  const auto fit = [&](const at::Tensor& t) { return t.defined() ? t.expand(shape).contiguous() : t; };
  return at::layer_norm(x, shape, fit(c.in(1).to(type)), fit(bias), c.number("epsilon", 1e-5));
}

// Scale and bias are per group up to opset 20, then per channel.
at::Tensor group_norm(Call& c) {
  const at::Tensor& x = c.in(0);
  const auto groups = c.integer("num_groups", 1);
  if (x.dim() < 3 || groups < 1 || x.size(1) % groups != 0) c.corrupt("has groups that do not divide its channels");
  if (any_shadow(c.inputs())) return shadow(x.sizes(), x.scalar_type());
  const auto fit = [&](const at::Tensor& t) {
    return (t.size(0) == x.size(1) ? t : t.repeat_interleave(x.size(1) / groups)).to(x.scalar_type());
  };
  return at::group_norm(x, groups, fit(c.in(1)), fit(c.in(2)), c.number("epsilon", 1e-5));
}

at::Tensor lp_norm(Call& c) {
  const auto axis = axis_of(c, c.integer("axis", -1), c.in(0).dim());
  const at::Tensor& x = c.in(0);
  if (c.integer("p", 2) == 1) return x / magnitude(x).sum(axis, true);
  return x / at::sqrt(at::square(x).sum(axis, true));
}

at::Tensor mean_variance(Call& c) {
  const auto axes = axes_of(c, c.integers("axes", {0, 2, 3}), c.in(0).dim());
  const auto centred = c.in(0) - at::mean(c.in(0), axes, true);
  return centred / (at::sqrt(at::mean(at::square(centred), axes, true)) + 1e-9);
}

at::Tensor local_response(Call& c) {
  const at::Tensor& x = c.in(0);
  const auto size = c.integer("size", 1);
  if (size < 1 || x.dim() < 3) c.corrupt("normalises over no channels");
  if (x.is_meta()) return at::empty_like(x);
  const auto squares = at::constant_pad_nd(at::square(x).movedim(1, -1), {(size - 1) / 2, size - 1 - (size - 1) / 2});
  const auto sums = squares.unfold(-1, size, 1).sum(-1).movedim(-1, 1);
  return x / at::pow(sums * (c.number("alpha", 1e-4) / double(size)) + c.number("bias", 1), c.number("beta", 0.75));
}

constexpr Operator kNorms[] = {
    {"BatchNormalization", [](Call& c) -> Outputs { return batch_norm(c); }},
    {"InstanceNormalization",
     [](Call& c) -> Outputs {
       return instance_norm(c.in(0), c.in(1), c.in(2), c.number("epsilon", 1e-5), c.number("fused.leaky", 1));
     }},
    {"LayerNormalization", [](Call& c) -> Outputs { return layer_norm(c); }},
    {"GroupNormalization", [](Call& c) -> Outputs { return group_norm(c); }},
    {"LpNormalization", [](Call& c) -> Outputs { return lp_norm(c); }},
    {"MeanVarianceNormalization", [](Call& c) -> Outputs { return mean_variance(c); }},
    {"LRN", [](Call& c) -> Outputs { return local_response(c); }},
};

}  // namespace

std::span<const Operator> normalisation_operators() {
  return kNorms;
}

}  // namespace inkstone::graph
