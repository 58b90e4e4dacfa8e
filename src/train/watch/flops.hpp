// Arithmetic of libtorch's operators from their shapes, as papers count it: a multiplication and an addition are two operations,
// normalisations four per value; activations, sums and copies are left out.
#pragma once

#include <optional>
#include <string>

#include <ATen/core/ivalue.h>

namespace inkstone {

// name: "aten::conv2d". output: the first tensor that the operator gave; may be undefined. Absent for operators that are not
// counted (those inside them may be).
std::optional<double> operator_flops(const std::string& name, c10::ArrayRef<c10::IValue> inputs, const at::Tensor& output);

}  // namespace inkstone
