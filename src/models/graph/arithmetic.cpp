#include "models/graph/arithmetic.hpp"

#include <ATen/ATen.h>
#include <ATen/ExpandUtils.h>

#include "models/graph/operands.hpp"
#include "models/graph/operators.hpp"

namespace inkstone::graph {
namespace {

// The least whole number divided by -1 traps on x86, and so does its remainder.
at::Tensor whole_quotient(const at::Tensor& a, const at::Tensor& b, const char* rounding) {
  if (a.is_meta()) return at::div(a, b, rounding);
  const auto turned = b.eq(-1);
  return at::where(turned, at::neg(a), at::div(a, b.masked_fill(turned, 1), rounding));
}

at::Tensor whole_remainder(const at::Tensor& a, const at::Tensor& b,
                           at::Tensor (*remainder)(const at::Tensor&, const at::Tensor&)) {
  return remainder(a, a.is_meta() ? b : b.masked_fill(b.eq(-1), 1));
}

at::Tensor logical(const at::Tensor& a, const at::Tensor& b, Binary function) {
  return a.is_meta() ? shadow(at::infer_size(a.sizes(), b.sizes()), at::kBool) : function(a, b);
}

bool whole(const at::Tensor& a, const at::Tensor& b) {
  return !a.is_floating_point() && !b.is_floating_point();
}

constexpr Operator kArithmetic[] = {
    {"Add", [](Call& c) -> Outputs { return binary(c, add); }},
    {"Sub", [](Call& c) -> Outputs { return binary(c, subtract); }},
    {"Mul", [](Call& c) -> Outputs { return binary(c, multiply); }},
    {"Div", [](Call& c) -> Outputs { return binary(c, divide); }},
    {"Mod", [](Call& c) -> Outputs { return binary(c, c.integer("fmod", 0) != 0 ? c_modulo : floor_modulo); }},
    {"Pow", [](Call& c) -> Outputs { return binary(c, power); }},
    {"Min", [](Call& c) -> Outputs { return reduce(c, smaller); }},
    {"Max", [](Call& c) -> Outputs { return reduce(c, larger); }},
    {"Sum", [](Call& c) -> Outputs { return reduce(c, add); }},
    {"Mean", [](Call& c) -> Outputs { return reduce(c, add) / double(c.count()); }},
};

}  // namespace

at::Tensor binary(const Call& call, Binary function) {
  at::Tensor a = call.in(0), b = call.in(1);
  unify(a, b);
  return function(a, b);
}

at::Tensor reduce(const Call& call, Binary function) {
  at::Tensor result = call.in(0);
  for (std::size_t i = 1; i < call.count(); ++i) {
    at::Tensor next = call.in(i);
    unify(result, next);
    result = function(result, next);
  }
  return result;
}

at::Tensor add(const at::Tensor& a, const at::Tensor& b) {
  return at::add(a, b);
}
at::Tensor subtract(const at::Tensor& a, const at::Tensor& b) {
  return at::sub(a, b);
}
at::Tensor multiply(const at::Tensor& a, const at::Tensor& b) {
  return at::mul(a, b);
}
at::Tensor smaller(const at::Tensor& a, const at::Tensor& b) {
  return at::minimum(a, b);
}
at::Tensor larger(const at::Tensor& a, const at::Tensor& b) {
  return at::maximum(a, b);
}

at::Tensor divide(const at::Tensor& a, const at::Tensor& b) {
  return whole(a, b) ? whole_quotient(a, b, "trunc") : at::div(a, b);
}

at::Tensor floor_divide(const at::Tensor& a, const at::Tensor& b) {
  return whole(a, b) ? whole_quotient(a, b, "floor") : at::div(a, b, "floor");
}

at::Tensor floor_modulo(const at::Tensor& a, const at::Tensor& b) {
  const auto remainder = [](const at::Tensor& x, const at::Tensor& y) { return at::remainder(x, y); };
  return whole(a, b) ? whole_remainder(a, b, remainder) : remainder(a, b);
}

at::Tensor c_modulo(const at::Tensor& a, const at::Tensor& b) {
  const auto remainder = [](const at::Tensor& x, const at::Tensor& y) { return at::fmod(x, y); };
  return whole(a, b) ? whole_remainder(a, b, remainder) : remainder(a, b);
}

at::Tensor power(const at::Tensor& a, const at::Tensor& b) {
  const bool whole_base = !a.is_floating_point() && b.is_floating_point();
  return at::pow(whole_base ? a.to(at::kDouble) : a, b).to(a.scalar_type());
}

at::Tensor both(const at::Tensor& a, const at::Tensor& b) {
  return logical(a, b, [](auto& x, auto& y) { return at::logical_and(x, y); });
}
at::Tensor either(const at::Tensor& a, const at::Tensor& b) {
  return logical(a, b, [](auto& x, auto& y) { return at::logical_or(x, y); });
}
at::Tensor one_of(const at::Tensor& a, const at::Tensor& b) {
  return logical(a, b, [](auto& x, auto& y) { return at::logical_xor(x, y); });
}
at::Tensor negated(const at::Tensor& a) {
  return a.is_meta() ? shadow(a.sizes(), at::kBool) : at::logical_not(a);
}

at::Tensor choose(at::Tensor condition, at::Tensor a, at::Tensor b) {
  unify(a, b);
  if (condition.is_meta() || a.is_meta())
    return shadow(at::infer_size(at::infer_size(condition.sizes(), a.sizes()), b.sizes()), at::result_type(a, b));
  const auto type = at::result_type(a, b);
  return at::where(condition.to(at::kBool), a.to(type), b.to(type));
}

std::span<const Operator> arithmetic_operators() {
  return kArithmetic;
}

}  // namespace inkstone::graph
