#include "models/graph/operands.hpp"

#include <algorithm>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "weights/onnx_tensor.hpp"

namespace inkstone::graph {
namespace {

constexpr std::int64_t kMostElements = std::int64_t(1) << 32;

at::Tensor as_shadow(const at::Tensor& x) {
  return x.is_meta() ? x : shadow(x.sizes(), x.scalar_type());
}

}  // namespace

std::int64_t axis_of(const Call& call, std::int64_t axis, std::int64_t rank) {
  if (axis < -rank || axis >= rank) call.corrupt(fmt::format("names the axis {} of a tensor of {}", axis, rank));
  return axis < 0 ? axis + rank : axis;
}

std::vector<std::int64_t> axes_of(const Call& call, std::vector<std::int64_t> axes, std::int64_t rank) {
  for (auto& axis : axes) axis = axis_of(call, axis, rank);
  return axes;
}

at::Tensor shadow(at::IntArrayRef sizes, at::ScalarType dtype) {
  return at::empty(sizes, at::dtype(dtype).device(at::kMeta));
}

at::Tensor magnitude(const at::Tensor& x) {
  return each(x, [](const at::Tensor& t) { return at::abs(t); });
}

at::Tensor flipped(const at::Tensor& x, std::int64_t axis) {
  return each(x, [&](const at::Tensor& t) { return t.flip({axis}); });
}

bool any_shadow(const std::vector<at::Tensor>& tensors) {
  return std::any_of(tensors.begin(), tensors.end(), [](const at::Tensor& t) { return t.defined() && t.is_meta(); });
}

void unify(at::Tensor& a, at::Tensor& b) {
  if (a.is_meta() != b.is_meta()) a = as_shadow(a), b = as_shadow(b);
  if (a.scalar_type() == b.scalar_type() || !a.is_floating_point() || !b.is_floating_point()) return;
  if (a.numel() == b.numel()) return;  // promoted
  if (a.numel() > b.numel())
    b = b.to(a.scalar_type());
  else
    a = a.to(b.scalar_type());
}

at::Tensor pick(const at::Tensor& x, std::int64_t axis, const at::Tensor& index) {
  auto sizes = x.sizes().vec();
  sizes[axis] = index.numel();
  if (x.is_meta()) return shadow(sizes, x.scalar_type());
  if (x.dim() != 4 || x.is_contiguous() || !x.is_contiguous(at::MemoryFormat::ChannelsLast)) return x.index_select(axis, index);
  constexpr std::int64_t kPlaces[] = {0, 3, 1, 2};  // of N, C, H, W among N, H, W, C
  return x.permute({0, 2, 3, 1}).index_select(kPlaces[axis], index).permute({0, 3, 1, 2});
}

void require_sane(const Call& call, at::IntArrayRef sizes) {
  std::int64_t count = 1;
  for (const auto size : sizes) {
    if (size < 0) call.corrupt("asks for a tensor of negative size");
    if (size > 0 && count > kMostElements / size) call.unsupported("asks for a tensor of more than 4 billion numbers");
    count *= std::max<std::int64_t>(size, 1);
  }
}

at::Tensor product(at::Tensor x, std::vector<std::int64_t> axes, bool keep) {
  std::sort(axes.rbegin(), axes.rend());
  for (const auto axis : axes) x = at::prod(x, axis, keep, x.scalar_type());
  return x;
}

at::ScalarType onnx_dtype(const Call& call, std::int64_t code) {
  const auto type = onnx_scalar_type(code);
  if (!type) call.unsupported(fmt::format("asks for element type {}", code));
  return *type == at::kHalf ? at::kFloat : *type;  // half precision is a matter of storage: it is computed in float32
}

}  // namespace inkstone::graph
