#include "kernels/transformer.hpp"

#include <vector>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/ivalue.h>

#include "kernels/group_norm_rows.hpp"
#include "kernels/transformer_rows.hpp"

namespace inkstone::kernels {
namespace {

// Calls row(in, out) for every row of x [rows,width] with both as float32, whatever their dtype.
template <class Row>
void each_row(const at::Tensor& x, int64_t width, const at::Tensor& y, int64_t out_width, Row row) {
  const int64_t count = x.numel() / width;
  const bool narrow = x.scalar_type() == at::kBFloat16;
  at::parallel_for(0, count, std::max<int64_t>(1, 16384 / width), [&](int64_t first, int64_t last) {
    std::vector<float> in(narrow ? width : 0), out(narrow ? out_width : 0);
    for (int64_t r = first; r < last; ++r) {
      if (!narrow) {
        row(static_cast<const float*>(x.data_ptr()) + r * width, static_cast<float*>(y.data_ptr()) + r * out_width);
        continue;
      }
      rows::widen(static_cast<const uint16_t*>(x.data_ptr()) + r * width, in.data(), width);
      row(in.data(), out.data());
      rows::narrow(out.data(), static_cast<uint16_t*>(y.data_ptr()) + r * out_width, out_width);
    }
  });
}

}  // namespace

at::Tensor layer_norm(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, double eps) {
  const auto input = x.contiguous();
  const auto y = at::empty_like(input);
  const int64_t n = x.size(-1);
  const auto *w = weight.data_ptr<float>(), *b = bias.data_ptr<float>();
  each_row(input, n, y, n, [&](const float* in, float* out) { rows::normalise(in, w, b, static_cast<float>(eps), out, n); });
  return y;
}

at::Tensor geglu(const at::Tensor& x) {
  const auto input = x.contiguous();
  const int64_t n = x.size(-1) / 2;
  auto sizes = x.sizes().vec();
  sizes.back() = n;
  const auto y = at::empty(sizes, x.options());
  each_row(input, 2 * n, y, n, [&](const float* in, float* out) { rows::gate(in, in + n, out, n); });
  return y;
}

}  // namespace inkstone::kernels
