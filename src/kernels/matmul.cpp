#include "kernels/matmul.hpp"

#include <algorithm>

#include <ATen/ATen.h>

namespace inkstone::kernels {
namespace {

// Rows per block when bfloat16 is widened: 8192 x 512 floats are 16 MB, which the last cache level holds.
constexpr int64_t kBlockRows = 8192;

}  // namespace

at::Tensor transposed_product(const at::Tensor& a, const at::Tensor& b) {
  if (a.scalar_type() == at::kFloat) return at::mm(a.t(), b);
  auto sum = at::zeros({a.size(1), b.size(1)}, a.options().dtype(at::kFloat));
  for (int64_t row = 0; row < a.size(0); row += kBlockRows) {
    const int64_t rows = std::min(kBlockRows, a.size(0) - row);
    const auto left = a.narrow(0, row, rows).to(at::kFloat);
    const auto right = a.is_same(b) ? left : b.narrow(0, row, rows).to(at::kFloat);
    sum.addmm_(left.t(), right);
  }
  return sum;
}

void add_product_(at::Tensor& out, const at::Tensor& a, const at::Tensor& m) { out.addmm_(a, m.to(a.scalar_type())); }

}  // namespace inkstone::kernels
