// The inner loops of group normalisation over a row of `n` neighbouring values, each with its channel's coefficients beside it.
// Plain loops without branches over float32, which the compiler turns into vector code; bfloat16 is widened into a row first.
#pragma once

#include <cstdint>

namespace inkstone::kernels::rows {

// What decides a dropout mask: element i of a picture stays when its hash under the two keys reaches the threshold.
struct Mask {
  uint32_t key_a = 0, key_b = 0, threshold = 0;
  float scale = 1;
};

void widen(const uint16_t* in, float* out, int64_t n);   // bfloat16 bits -> float32
void narrow(const float* in, uint16_t* out, int64_t n);  // to nearest, ties to even; NaN stays NaN

// sum += x - pivot, square += (x - pivot)^2
void moments(const float* x, const float* pivot, float* sum, float* square, int64_t n);

// y = scale x + offset, through SiLU where asked
void affine(const float* x, const float* scale, const float* offset, float* y, int64_t n);
void affine_silu(const float* x, const float* scale, const float* offset, float* y, int64_t n);

// values of elements first, first + 1, ...: zero or scaled, in place
void drop(float* values, uint32_t first, const Mask& mask, int64_t n);

// With h = u x + v normalised: dz = dy, through SiLU's derivative at gamma h + beta where asked, in place in dy; sums of h, dz
// and dz h.
struct Sums {
  float *h, *dz, *dz_h;
};
void reduce(const float* x, float* dy, const float* u, const float* v, Sums sums, int64_t n);
void reduce_silu(const float* x, float* dy, const float* u, const float* v, const float* gamma, const float* beta, Sums sums,
                 int64_t n);

// dz = a dz + b x + c, in place
void combine(float* dz, const float* x, const float* a, const float* b, const float* c, int64_t n);

}  // namespace inkstone::kernels::rows
