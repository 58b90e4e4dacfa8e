#include "text/attention.hpp"

#include <cmath>

#include <ATen/ATen.h>

namespace inkstone {

at::Tensor attention_of_heads(const at::Tensor& queries, const at::Tensor& keys, const at::Tensor& values, std::int64_t heads,
                              const at::Tensor& mask) {
  const int64_t n = queries.size(0), l = queries.size(1), c = queries.size(2), d = c / heads;
  const auto split = [&](const at::Tensor& rows) { return rows.view({n, l, heads, d}).transpose(1, 2); };
  const auto q = split(queries) / std::sqrt(static_cast<double>(d)), k = split(keys), v = split(values);
  auto scores = at::matmul(q, k.transpose(-1, -2));
  if (mask.defined()) scores = scores + mask;
  return at::matmul(at::softmax(scores, -1), v).transpose(1, 2).reshape({n, l, c});
}

}  // namespace inkstone
