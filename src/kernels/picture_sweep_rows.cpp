#include "kernels/picture_sweep_rows.hpp"

#include "kernels/vector_clones.hpp"

namespace inkstone::kernels::rows {

INKSTONE_VECTOR_CLONES void affine_relu(const float* __restrict x, const float* __restrict scale, const float* __restrict offset,
                                        float* __restrict y, int64_t n) {
  for (int64_t i = 0; i < n; ++i) {
    const float z = x[i] * scale[i] + offset[i];
    y[i] = z > 0.0F ? z : 0.0F;
  }
}

INKSTONE_VECTOR_CLONES void add(const float* __restrict x, float* __restrict y, int64_t n) {
  for (int64_t i = 0; i < n; ++i) y[i] += x[i];
}

}  // namespace inkstone::kernels::rows
