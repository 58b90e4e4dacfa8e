// The inner loops of kernels/picture_sweep over a row of neighbouring values, each with its channel's coefficients beside it; the
// rest it shares with group normalisation.
#pragma once

#include <cstdint>

#include "kernels/group_norm_rows.hpp"

namespace inkstone::kernels::rows {

// y = max(0, scale x + offset)
void affine_relu(const float* x, const float* scale, const float* offset, float* y, int64_t n);

// y += x
void add(const float* x, float* y, int64_t n);

}  // namespace inkstone::kernels::rows
