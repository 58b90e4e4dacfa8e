// Arithmetic of two tensors as both ONNX and TensorFlow mean it, safe for whole numbers of hostile files.
#pragma once

#include <ATen/core/Tensor.h>

#include "models/graph/call.hpp"

namespace inkstone::graph {

using Binary = at::Tensor (*)(const at::Tensor& a, const at::Tensor& b);

// function(input 0, input 1), unified.
at::Tensor binary(const Call& call, Binary function);
// function over all inputs, from the left.
at::Tensor reduce(const Call& call, Binary function);

at::Tensor add(const at::Tensor& a, const at::Tensor& b);
at::Tensor subtract(const at::Tensor& a, const at::Tensor& b);
at::Tensor multiply(const at::Tensor& a, const at::Tensor& b);
at::Tensor divide(const at::Tensor& a, const at::Tensor& b);        // whole numbers towards zero
at::Tensor floor_divide(const at::Tensor& a, const at::Tensor& b);  // downwards
at::Tensor floor_modulo(const at::Tensor& a, const at::Tensor& b);  // sign of b
at::Tensor c_modulo(const at::Tensor& a, const at::Tensor& b);      // sign of a
at::Tensor power(const at::Tensor& a, const at::Tensor& b);         // in the dtype of a
at::Tensor smaller(const at::Tensor& a, const at::Tensor& b);
at::Tensor larger(const at::Tensor& a, const at::Tensor& b);

// Of truth values.
at::Tensor both(const at::Tensor& a, const at::Tensor& b);
at::Tensor either(const at::Tensor& a, const at::Tensor& b);
at::Tensor one_of(const at::Tensor& a, const at::Tensor& b);
at::Tensor negated(const at::Tensor& a);

// Where the condition (bool), a, else b.
at::Tensor choose(at::Tensor condition, at::Tensor a, at::Tensor b);

}  // namespace inkstone::graph
