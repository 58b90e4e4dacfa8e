// TensorFlow's operators on single numbers and over axes.
#include <algorithm>
#include <cmath>
#include <numeric>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "models/graph/activations.hpp"
#include "models/graph/arithmetic.hpp"
#include "models/graph/operands.hpp"
#include "models/graph/operators.hpp"
#include "models/graph/products.hpp"

namespace inkstone::graph {
namespace tensorflow {
namespace {

using List = std::vector<std::int64_t>;

// tensorflow/core/framework/types.proto
at::ScalarType tensorflow_dtype(const Call& c, std::int64_t code) {
  switch (code) {
    case 1:
    case 19:  // half precision is a matter of storage
      return at::kFloat;
    case 2:
      return at::kDouble;
    case 3:
      return at::kInt;
    case 4:
      return at::kByte;
    case 9:
      return at::kLong;
    case 10:
      return at::kBool;
  }
  c.unsupported(fmt::format("asks for element type {}", code));
}

at::Tensor cast(Call& c) {
  const auto type = tensorflow_dtype(c, c.integer("DstT", 1));
  return type == at::kBool ? c.in(0).ne(0) : c.in(0).to(type);
}

using Reduction = at::Tensor (*)(const at::Tensor& x, const List& axes, bool keep);

// Axes are the second input; none of them leaves all as it is.
at::Tensor over_axes(Call& c, Reduction reduction) {
  const at::Tensor& x = c.in(0);
  const List axes = axes_of(c, c.list(1), x.dim());
  if (axes.empty()) return x;
  return reduction(x, axes, c.integer("keep_dims", 0) != 0);
}

at::Tensor extreme_place(Call& c, bool largest) {
  const auto axis = axis_of(c, c.list(1).at(0), c.in(0).dim());
  return (largest ? at::argmax(c.in(0), axis) : at::argmin(c.in(0), axis)).to(at::kInt);
}

at::Tensor select(Call& c) {
  at::Tensor condition = c.in(0);
  if (c.node().op == "Select" && condition.dim() == 1 && c.in(1).dim() > 1)  // one choice for each row
    condition = condition.reshape([&] {
      List shape(c.in(1).dim(), 1);
      shape[0] = condition.size(0);
      return shape;
    }());
  return choose(condition, c.in(1), c.in(2));
}

at::Tensor matmul(Call& c) {
  const auto turned = [&](std::size_t i, const char* a, const char* b) {
    return c.integer(a, 0) != 0 || c.integer(b, 0) != 0 ? c.in(i).transpose(-1, -2) : c.in(i);
  };
  const auto a = turned(0, "transpose_a", "adj_x"), b = turned(1, "transpose_b", "adj_y");
  if (a.is_same(c.in(0)) && b.is_same(c.in(1))) return matrix_product(c);
  return at::matmul(a, b);
}

Outputs add_all(Call& c) {
  return reduce(c, add);
}

constexpr Operator kValues[] = {
    {"Identity", [](Call& c) -> Outputs { return c.in(0); }},
    {"StopGradient", [](Call& c) -> Outputs { return c.in(0); }},
    {"PreventGradient", [](Call& c) -> Outputs { return c.in(0); }},
    {"Snapshot", [](Call& c) -> Outputs { return c.in(0); }},
    {"Cast", [](Call& c) -> Outputs { return cast(c); }},
    {"Add", [](Call& c) -> Outputs { return binary(c, add); }},
    {"AddV2", [](Call& c) -> Outputs { return binary(c, add); }},
    {"AddN", add_all},
    {"BiasAdd", [](Call& c) -> Outputs { return binary(c, add); }},
    {"Sub", [](Call& c) -> Outputs { return binary(c, subtract); }},
    {"Mul", [](Call& c) -> Outputs { return binary(c, multiply); }},
    {"Div", [](Call& c) -> Outputs { return binary(c, divide); }},
    {"RealDiv", [](Call& c) -> Outputs { return binary(c, divide); }},
    {"DivNoNan",
     [](Call& c) -> Outputs {
       return binary(c, [](auto& a, auto& b) { return at::div(a, b).masked_fill(b.eq(0).expand(at::mul(a, b).sizes()), 0); });
     }},
    {"FloorDiv", [](Call& c) -> Outputs { return binary(c, floor_divide); }},
    {"FloorMod", [](Call& c) -> Outputs { return binary(c, floor_modulo); }},
    {"Mod", [](Call& c) -> Outputs { return binary(c, c_modulo); }},
    {"Pow", [](Call& c) -> Outputs { return binary(c, power); }},
    {"Maximum", [](Call& c) -> Outputs { return binary(c, larger); }},
    {"Minimum", [](Call& c) -> Outputs { return binary(c, smaller); }},
    {"SquaredDifference", [](Call& c) -> Outputs { return binary(c, [](auto& a, auto& b) { return at::square(a - b); }); }},
    {"Equal", [](Call& c) -> Outputs { return binary(c, [](auto& a, auto& b) { return at::eq(a, b); }); }},
    {"NotEqual", [](Call& c) -> Outputs { return binary(c, [](auto& a, auto& b) { return at::ne(a, b); }); }},
    {"Greater", [](Call& c) -> Outputs { return binary(c, [](auto& a, auto& b) { return at::gt(a, b); }); }},
    {"GreaterEqual", [](Call& c) -> Outputs { return binary(c, [](auto& a, auto& b) { return at::ge(a, b); }); }},
    {"Less", [](Call& c) -> Outputs { return binary(c, [](auto& a, auto& b) { return at::lt(a, b); }); }},
    {"LessEqual", [](Call& c) -> Outputs { return binary(c, [](auto& a, auto& b) { return at::le(a, b); }); }},
    {"LogicalAnd", [](Call& c) -> Outputs { return binary(c, both); }},
    {"LogicalOr", [](Call& c) -> Outputs { return binary(c, either); }},
    {"LogicalNot", [](Call& c) -> Outputs { return negated(c.in(0)); }},
    {"Select", [](Call& c) -> Outputs { return select(c); }},
    {"SelectV2", [](Call& c) -> Outputs { return select(c); }},
    {"Abs", [](Call& c) -> Outputs { return magnitude(c.in(0)); }},
    {"Neg", [](Call& c) -> Outputs { return at::neg(c.in(0)); }},
    {"Sign", [](Call& c) -> Outputs { return at::sign(c.in(0)); }},
    {"Ceil", [](Call& c) -> Outputs { return at::ceil(c.in(0)); }},
    {"Floor", [](Call& c) -> Outputs { return at::floor(c.in(0)); }},
    {"Round", [](Call& c) -> Outputs { return at::round(c.in(0)); }},
    {"Square", [](Call& c) -> Outputs { return at::square(c.in(0)); }},
    {"Sqrt", [](Call& c) -> Outputs { return at::sqrt(c.in(0)); }},
    {"Rsqrt", [](Call& c) -> Outputs { return at::rsqrt(c.in(0)); }},
    {"Reciprocal", [](Call& c) -> Outputs { return at::reciprocal(c.in(0)); }},
    {"Inv", [](Call& c) -> Outputs { return at::reciprocal(c.in(0)); }},
    {"Exp", [](Call& c) -> Outputs { return at::exp(c.in(0)); }},
    {"Expm1", [](Call& c) -> Outputs { return at::expm1(c.in(0)); }},
    {"Log", [](Call& c) -> Outputs { return at::log(c.in(0)); }},
    {"Log1p", [](Call& c) -> Outputs { return at::log1p(c.in(0)); }},
    {"Sin", [](Call& c) -> Outputs { return at::sin(c.in(0)); }},
    {"Cos", [](Call& c) -> Outputs { return at::cos(c.in(0)); }},
    {"Tan", [](Call& c) -> Outputs { return at::tan(c.in(0)); }},
    {"Erf", [](Call& c) -> Outputs { return at::erf(c.in(0)); }},
    {"Tanh", [](Call& c) -> Outputs { return at::tanh(c.in(0)); }},
    {"Sigmoid", [](Call& c) -> Outputs { return at::sigmoid(c.in(0)); }},
    {"Relu", [](Call& c) -> Outputs { return rectified(c.in(0)); }},
    {"Relu6", [](Call& c) -> Outputs { return at::clamp(c.in(0), 0, 6); }},
    {"LeakyRelu", [](Call& c) -> Outputs { return leaky(c.in(0), c.number("alpha", 0.2)); }},
    {"Prelu", [](Call& c) -> Outputs { return leaky(c.in(0), c.in(1)); }},
    {"Elu", [](Call& c) -> Outputs { return at::elu(c.in(0)); }},
    {"Selu", [](Call& c) -> Outputs { return at::selu(c.in(0)); }},
    {"Softplus", [](Call& c) -> Outputs { return at::softplus(c.in(0)); }},
    {"Softmax", [](Call& c) -> Outputs { return at::softmax(c.in(0), -1); }},
    {"LogSoftmax", [](Call& c) -> Outputs { return at::log_softmax(c.in(0), -1); }},
    {"ClipByValue", [](Call& c) -> Outputs { return at::clamp(c.in(0), c.scalar(1), c.scalar(2)); }},
    {"Sum",
     [](Call& c) -> Outputs { return over_axes(c, [](auto& x, auto& a, bool k) { return at::sum(x, a, k, x.scalar_type()); }); }},
    {"Mean", [](Call& c) -> Outputs { return over_axes(c, [](auto& x, auto& a, bool k) { return at::mean(x, a, k); }); }},
    {"Max", [](Call& c) -> Outputs { return over_axes(c, [](auto& x, auto& a, bool k) { return at::amax(x, a, k); }); }},
    {"Min", [](Call& c) -> Outputs { return over_axes(c, [](auto& x, auto& a, bool k) { return at::amin(x, a, k); }); }},
    {"Prod", [](Call& c) -> Outputs { return over_axes(c, [](auto& x, auto& a, bool k) { return product(x, a, k); }); }},
    {"ArgMax", [](Call& c) -> Outputs { return extreme_place(c, true); }},
    {"ArgMin", [](Call& c) -> Outputs { return extreme_place(c, false); }},
    {"MatMul", [](Call& c) -> Outputs { return matmul(c); }},
    {"BatchMatMul", [](Call& c) -> Outputs { return matmul(c); }},
    {"BatchMatMulV2", [](Call& c) -> Outputs { return matmul(c); }},
    {"Einsum", [](Call& c) -> Outputs { return einsum(c, c.text("equation", "")); }},
};

}  // namespace
}  // namespace tensorflow

std::span<const Operator> tensorflow_value_operators() {
  return tensorflow::kValues;
}

}  // namespace inkstone::graph
