#include "models/graph/products.hpp"

#include <ATen/ATen.h>

#include "kernels/packed.hpp"
#include "models/graph/operands.hpp"
#include "models/graph/operators.hpp"

namespace inkstone::graph {
namespace {

bool is_float(const at::Tensor& x) {
  return x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16;
}

// x [..., I] times a constant [I, O].
at::Tensor times_packed(Call& c, const at::Tensor& x, const at::Tensor& weight) {
  auto& linear = c.kept<kernels::PackedLinear>([&] { return kernels::PackedLinear(weight.t(), {}); });
  return linear.forward(x.to(c.compute()));
}

bool packs(const Call& c) {
  return c.constant(1) && !any_shadow(c.inputs()) && is_float(c.in(0)) && is_float(c.in(1)) && c.in(1).dim() == 2 &&
         c.in(0).dim() >= 2;
}

at::Tensor product_of(at::Tensor a, at::Tensor b) {
  unify(a, b);
  if (a.scalar_type() != b.scalar_type()) b = b.to(a.scalar_type());
  return at::matmul(a, b);
}

at::Tensor gemm(Call& c) {
  const auto turned = [&](std::size_t i, const char* name) { return c.integer(name, 0) != 0 ? c.in(i).t() : c.in(i); };
  at::Tensor y = product_of(turned(0, "transA"), turned(1, "transB")) * c.number("alpha", 1);
  if (!c.has(2)) return y;
  at::Tensor offset = c.in(2) * c.number("beta", 1);
  unify(y, offset);
  return y + offset;
}

// "abcg,gf->abcf": the last axis of the first times the first of the second.
bool is_linear(const std::string& equation) {
  const auto comma = equation.find(','), arrow = equation.find("->");
  if (comma == std::string::npos || arrow != comma + 3 || comma < 2) return false;
  const std::string left = equation.substr(0, comma), right = equation.substr(comma + 1, 2), result = equation.substr(arrow + 2);
  return right[0] == left.back() && right[0] != right[1] && left.find(right[1]) == std::string::npos &&
         result == left.substr(0, left.size() - 1) + right[1] && left.find('.') == std::string::npos;
}

constexpr Operator kProducts[] = {
    {"MatMul", [](Call& c) -> Outputs { return matrix_product(c); }},
    {"Gemm", [](Call& c) -> Outputs { return gemm(c); }},
    {"Einsum", [](Call& c) -> Outputs { return einsum(c, c.text("equation", "")); }},
};

}  // namespace

at::Tensor matrix_product(Call& call) {
  return packs(call) ? times_packed(call, call.in(0), call.in(1)) : product_of(call.in(0), call.in(1));
}

at::Tensor einsum(Call& call, const std::string& equation) {
  std::string dense = equation;
  std::erase(dense, ' ');
  if (packs(call) && is_linear(dense)) return times_packed(call, call.in(0), call.in(1));
  std::vector<at::Tensor> operands = call.inputs();
  for (std::size_t i = 1; i < operands.size(); ++i) {
    unify(operands[0], operands[i]);
    operands[i] = operands[i].to(operands[0].scalar_type());
  }
  return at::einsum(dense, operands);
}

std::span<const Operator> matrix_operators() {
  return kProducts;
}

}  // namespace inkstone::graph
