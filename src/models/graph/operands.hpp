// What operators of several kinds do to their operands: bringing two to one dtype, picking along an axis without losing the
// channels-last layout, and the limits that a hostile file meets.
#pragma once

#include <vector>

#include <ATen/core/Tensor.h>

#include "models/graph/call.hpp"

namespace inkstone::graph {

// The axis counted from the front. Throws corrupt_file outside [-rank, rank).
std::int64_t axis_of(const Call& call, std::int64_t axis, std::int64_t rank);
std::vector<std::int64_t> axes_of(const Call& call, std::vector<std::int64_t> axes, std::int64_t rank);

// A tensor of the shape and dtype without numbers, for dry calls.
at::Tensor shadow(at::IntArrayRef sizes, at::ScalarType dtype);
// function(x), of the shape and dtype of x; a shadow of it in dry calls, which not every operator of libtorch knows.
template <class Function>
at::Tensor each(const at::Tensor& x, const Function& function) {
  return x.is_meta() ? shadow(x.sizes(), x.scalar_type()) : function(x);
}
at::Tensor magnitude(const at::Tensor& x);
at::Tensor flipped(const at::Tensor& x, std::int64_t axis);

bool any_shadow(const std::vector<at::Tensor>& tensors);

// To one device (dry calls) and one floating dtype: that of the larger one, so that a scale in float32 leaves bfloat16
// activations alone.
void unify(at::Tensor& a, at::Tensor& b);

// x at the places `index` (int64 [n], real) along the axis; keeps a channels-last layout.
at::Tensor pick(const at::Tensor& x, std::int64_t axis, const at::Tensor& index);

// Throws unsupported where a tensor of these sizes would be larger than any picture network needs.
void require_sane(const Call& call, at::IntArrayRef sizes);

// The product over these axes, counted from the front; over none, x.
at::Tensor product(at::Tensor x, std::vector<std::int64_t> axes, bool keep);

// onnx.TensorProto.DataType. Throws unsupported.
at::ScalarType onnx_dtype(const Call& call, std::int64_t code);

}  // namespace inkstone::graph
