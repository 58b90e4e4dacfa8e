// Loops over one row of a transformer's activations, in float32.
#pragma once

#include <cstdint>

namespace inkstone::kernels::rows {

void normalise(const float* x, const float* weight, const float* bias, float eps, float* y, int64_t n);

// y = h * gelu(g); the error function by Abramowitz and Stegun 7.1.26, within 1.5e-7.
void gate(const float* h, const float* g, float* y, int64_t n);

}  // namespace inkstone::kernels::rows
