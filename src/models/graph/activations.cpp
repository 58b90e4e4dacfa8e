#include "models/graph/activations.hpp"

#include <cmath>

#include <ATen/ATen.h>

#include "models/graph/operands.hpp"
#include "models/graph/operators.hpp"

namespace inkstone::graph {
namespace {

at::Tensor elu(const at::Tensor& x, double alpha, double scale) {
  return at::elu(x, alpha, scale);
}

// Bounds are attributes up to opset 10, then inputs.
at::Tensor clip(Call& c) {
  const auto bound = [&](const char* name, std::size_t input) -> c10::optional<at::Scalar> {
    if (c.opset() < 11) return c.attribute(name) ? c10::optional<at::Scalar>(c.number(name, 0)) : c10::nullopt;
    if (!c.has(input)) return c10::nullopt;
    if (!c.in(0).is_floating_point()) return at::Scalar(static_cast<std::int64_t>(c.scalar(input)));
    return at::Scalar(c.scalar(input));
  };
  const auto low = bound("min", 1), high = bound("max", 2);
  return low || high ? at::clamp(c.in(0), low, high) : c.in(0);
}

at::Tensor gelu(Call& c) {
  return at::gelu(c.in(0), c.text("approximate", "none"));
}

at::Tensor shrink(Call& c) {
  const double lambda = c.number("lambd", 0.5), bias = c.number("bias", 0);
  const at::Tensor& x = c.in(0);
  return (x - bias) * x.gt(lambda) + (x + bias) * x.lt(-lambda);
}

// Up to opset 12 the softmax is over everything from the axis on.
at::Tensor softmax(Call& c, at::Tensor (*function)(const at::Tensor&, std::int64_t)) {
  const at::Tensor& x = c.in(0);
  const bool flattened = c.opset() < 13;
  const auto axis = axis_of(c, c.integer("axis", flattened ? 1 : -1), x.dim());
  if (!flattened) return function(x, axis);
  const auto shape = x.sizes();
  const auto rows = c10::multiply_integers(shape.begin(), shape.begin() + axis);
  const auto columns = c10::multiply_integers(shape.begin() + axis, shape.end());
  return function(x.reshape({rows, columns}), 1).reshape(shape);
}

constexpr Operator kActivations[] = {
    {"Relu", [](Call& c) -> Outputs { return rectified(c.in(0)); }},
    {"LeakyRelu", [](Call& c) -> Outputs { return leaky(c.in(0), c.number("alpha", 0.01)); }},
    {"PRelu", [](Call& c) -> Outputs { return leaky(c.in(0), c.in(1)); }},
    {"ThresholdedRelu", [](Call& c) -> Outputs { return c.in(0) * c.in(0).gt(c.number("alpha", 1)); }},
    {"Clip", [](Call& c) -> Outputs { return clip(c); }},
    {"Sigmoid", [](Call& c) -> Outputs { return at::sigmoid(c.in(0)); }},
    {"HardSigmoid", [](Call& c) -> Outputs { return hard_sigmoid(c.in(0), c.number("alpha", 0.2), c.number("beta", 0.5)); }},
    {"HardSwish", [](Call& c) -> Outputs { return c.in(0) * hard_sigmoid(c.in(0), 1.0 / 6, 0.5); }},
    {"Tanh", [](Call& c) -> Outputs { return at::tanh(c.in(0)); }},
    {"ScaledTanh", [](Call& c) -> Outputs { return at::tanh(c.in(0) * c.number("beta", 0)) * c.number("alpha", 0); }},
    {"Elu", [](Call& c) -> Outputs { return elu(c.in(0), c.number("alpha", 1), 1); }},
    {"Celu", [](Call& c) -> Outputs { return at::celu(c.in(0), c.number("alpha", 1)); }},
    {"Selu",
     [](Call& c) -> Outputs {
       return elu(c.in(0), c.number("alpha", 1.67326319217681884765625), c.number("gamma", 1.05070102214813232421875));
     }},
    {"Softplus", [](Call& c) -> Outputs { return at::softplus(c.in(0)); }},
    {"ParametricSoftplus", [](Call& c) -> Outputs { return at::softplus(c.in(0) * c.number("beta", 0)) * c.number("alpha", 0); }},
    {"Softsign", [](Call& c) -> Outputs { return c.in(0) / (magnitude(c.in(0)) + 1); }},
    {"Mish", [](Call& c) -> Outputs { return c.in(0) * at::tanh(at::softplus(c.in(0))); }},
    {"Gelu", [](Call& c) -> Outputs { return gelu(c); }},
    {"Shrink", [](Call& c) -> Outputs { return shrink(c); }},
    {"Softmax", [](Call& c) -> Outputs { return softmax(c, [](auto& x, std::int64_t axis) { return at::softmax(x, axis); }); }},
    {"LogSoftmax",
     [](Call& c) -> Outputs { return softmax(c, [](auto& x, std::int64_t axis) { return at::log_softmax(x, axis); }); }},
    {"Hardmax",
     [](Call& c) -> Outputs {
       return softmax(c, [](auto& x, std::int64_t axis) { return at::zeros_like(x).scatter(axis, x.argmax(axis, true), 1); });
     }},
    // of early files made by OnnxMLTools
    {"Affine", [](Call& c) -> Outputs { return c.in(0) * c.number("alpha", 1) + c.number("beta", 0); }},
    {"ImageScaler",
     [](Call& c) -> Outputs {
       const at::Tensor& x = c.in(0);
       const auto bias = at::tensor(c.numbers("bias"), at::kDouble).to(x.scalar_type()).view({-1, 1, 1});
       const auto scaled = x * c.number("scale", 1);
       return x.is_meta() ? scaled : scaled + bias;
     }},
};

}  // namespace

at::Tensor rectified(const at::Tensor& x) {
  return each(x, [](const at::Tensor& t) { return at::relu(t); });
}

at::Tensor leaky(const at::Tensor& x, double slope) {
  return at::leaky_relu(x, slope);
}

at::Tensor leaky(const at::Tensor& x, const at::Tensor& slope) {
  if (x.is_meta()) return at::empty_like(x);
  at::Tensor a = at::clamp_max(x, 0), b = slope;
  unify(a, b);
  return at::clamp_min(x, 0).add(a * b);
}

at::Tensor hard_sigmoid(const at::Tensor& x, double alpha, double beta) {
  return at::clamp(x * alpha + beta, 0, 1);
}

std::span<const Operator> activation_operators() {
  return kActivations;
}

}  // namespace inkstone::graph
