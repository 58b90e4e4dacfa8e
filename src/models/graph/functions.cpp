// Comparisons, and functions of single numbers.
#include <cmath>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "models/graph/arithmetic.hpp"
#include "models/graph/operands.hpp"
#include "models/graph/operators.hpp"

namespace inkstone::graph {
namespace {

constexpr Operator kComparisons[] = {
    {"Equal", [](Call& c) -> Outputs { return binary(c, [](auto& a, auto& b) { return at::eq(a, b); }); }},
    {"Greater", [](Call& c) -> Outputs { return binary(c, [](auto& a, auto& b) { return at::gt(a, b); }); }},
    {"GreaterOrEqual", [](Call& c) -> Outputs { return binary(c, [](auto& a, auto& b) { return at::ge(a, b); }); }},
    {"Less", [](Call& c) -> Outputs { return binary(c, [](auto& a, auto& b) { return at::lt(a, b); }); }},
    {"LessOrEqual", [](Call& c) -> Outputs { return binary(c, [](auto& a, auto& b) { return at::le(a, b); }); }},
    {"And", [](Call& c) -> Outputs { return binary(c, both); }},
    {"Or", [](Call& c) -> Outputs { return binary(c, either); }},
    {"Xor", [](Call& c) -> Outputs { return binary(c, one_of); }},
    {"Not", [](Call& c) -> Outputs { return negated(c.in(0)); }},
    {"Where", [](Call& c) -> Outputs { return choose(c.in(0), c.in(1), c.in(2)); }},
    {"IsNaN", [](Call& c) -> Outputs { return c.in(0).ne(c.in(0)); }},
    {"IsInf",
     [](Call& c) -> Outputs {
       const auto up = c.in(0).eq(INFINITY), down = c.in(0).eq(-INFINITY);
       if (c.integer("detect_negative", 1) == 0) return up;
       return c.integer("detect_positive", 1) == 0 ? down : either(up, down);
     }},
};

at::Tensor cast(const at::Tensor& x, at::ScalarType type) {
  if (type == at::kBool) return x.ne(0);
  return x.to(type);
}

constexpr Operator kFunctions[] = {
    {"Abs", [](Call& c) -> Outputs { return magnitude(c.in(0)); }},
    {"Neg", [](Call& c) -> Outputs { return at::neg(c.in(0)); }},
    {"Ceil", [](Call& c) -> Outputs { return at::ceil(c.in(0)); }},
    {"Floor", [](Call& c) -> Outputs { return at::floor(c.in(0)); }},
    {"Round", [](Call& c) -> Outputs { return at::round(c.in(0)); }},
    {"Sign", [](Call& c) -> Outputs { return at::sign(c.in(0)); }},
    {"Reciprocal", [](Call& c) -> Outputs { return at::reciprocal(c.in(0)); }},
    {"Sqrt", [](Call& c) -> Outputs { return at::sqrt(c.in(0)); }},
    {"Exp", [](Call& c) -> Outputs { return at::exp(c.in(0)); }},
    {"Log", [](Call& c) -> Outputs { return at::log(c.in(0)); }},
    {"Sin", [](Call& c) -> Outputs { return at::sin(c.in(0)); }},
    {"Cos", [](Call& c) -> Outputs { return at::cos(c.in(0)); }},
    {"Tan", [](Call& c) -> Outputs { return at::tan(c.in(0)); }},
    {"Asin", [](Call& c) -> Outputs { return at::asin(c.in(0)); }},
    {"Acos", [](Call& c) -> Outputs { return at::acos(c.in(0)); }},
    {"Atan", [](Call& c) -> Outputs { return at::atan(c.in(0)); }},
    {"Sinh", [](Call& c) -> Outputs { return at::sinh(c.in(0)); }},
    {"Cosh", [](Call& c) -> Outputs { return at::cosh(c.in(0)); }},
    {"Asinh", [](Call& c) -> Outputs { return at::asinh(c.in(0)); }},
    {"Acosh", [](Call& c) -> Outputs { return at::acosh(c.in(0)); }},
    {"Atanh", [](Call& c) -> Outputs { return at::atanh(c.in(0)); }},
    {"Erf", [](Call& c) -> Outputs { return at::erf(c.in(0)); }},
    {"Identity", [](Call& c) -> Outputs { return c.in(0); }},
    {"Dropout", [](Call& c) -> Outputs { return c.in(0); }},
    {"Cast", [](Call& c) -> Outputs { return cast(c.in(0), onnx_dtype(c, c.integer("to", 0))); }},
    {"CastLike", [](Call& c) -> Outputs { return cast(c.in(0), c.in(1).scalar_type()); }},
};

}  // namespace

std::span<const Operator> comparison_operators() {
  return kComparisons;
}
std::span<const Operator> function_operators() {
  return kFunctions;
}

}  // namespace inkstone::graph
