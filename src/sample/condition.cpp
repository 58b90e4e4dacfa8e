#include "sample/condition.hpp"

#include <array>
#include <utility>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

using Pair = std::pair<at::Tensor, at::Tensor>;

std::array<Pair, 5> side_by_side(const Condition& a, const Condition& b) {
  return {Pair{a.labels, b.labels}, {a.context, b.context}, {a.pooled, b.pooled}, {a.time_ids, b.time_ids}, {a.concat, b.concat}};
}

}  // namespace

Condition with_rows(const Condition& condition, int64_t rows) {
  return each_tensor(condition, [&](const at::Tensor& tensor) {
    if (tensor.size(0) == rows) return tensor;
    if (tensor.size(0) != 1)
      throw Error(ErrorCategory::bad_argument,
                  fmt::format("a condition of {} rows cannot guide a batch of {} pictures", tensor.size(0), rows));
    auto shape = tensor.sizes().vec();
    shape[0] = rows;
    return tensor.expand(shape);
  });
}

Condition without_class(const Condition& condition) {
  auto nothing = condition;
  if (nothing.labels.defined()) nothing.labels = at::full_like(nothing.labels, -1);
  return nothing;
}

bool can_join(const Condition& a, const Condition& b) {
  if (a.perturbation != b.perturbation || a.layers != b.layers) return false;
  for (const auto& [left, right] : side_by_side(a, b)) {
    if (left.defined() != right.defined()) return false;
    if (left.defined() && left.sizes().slice(1) != right.sizes().slice(1)) return false;
  }
  return true;
}

Condition joined(const Condition& a, const Condition& b) {
  auto both = a;
  const auto join = [](at::Tensor& into, const at::Tensor& more) {
    if (into.defined()) into = at::cat({into, more});
  };
  join(both.labels, b.labels);
  join(both.context, b.context);
  join(both.pooled, b.pooled);
  join(both.time_ids, b.time_ids);
  join(both.concat, b.concat);
  return both;
}

}  // namespace inkstone
