#include "kernels/transformer_rows.hpp"

#include <cmath>

#include "kernels/exponential.hpp"
#include "kernels/vector_clones.hpp"

namespace inkstone::kernels::rows {
namespace {

INKSTONE_INLINE float gelu(float x) {
  const float z = std::fabs(x) * 0.70710678f, t = 1.f / (1.f + 0.3275911f * z);
  const float tail = t * (0.254829592f + t * (-0.284496736f + t * (1.421413741f + t * (-1.453152027f + t * 1.061405429f)))) *
                     exponential(-z * z);
  const float half = 0.5f * x * tail;  // x (1 - erf) / 2 on the side of x
  return x > 0.f ? x - half : half;
}

}  // namespace

INKSTONE_VECTOR_CLONES void normalise(const float* x, const float* weight, const float* bias, float eps, float* y, int64_t n) {
  constexpr int kLanes = 32;
  float sums[kLanes] = {}, squares[kLanes] = {};
  const int64_t whole = n / kLanes * kLanes;
  for (int64_t i = 0; i < whole; i += kLanes)
    for (int j = 0; j < kLanes; ++j) sums[j] += x[i + j];
  float sum = 0;
  for (const float s : sums) sum += s;
  for (int64_t i = whole; i < n; ++i) sum += x[i];
  const float mean = sum / static_cast<float>(n);
  for (int64_t i = 0; i < whole; i += kLanes)
    for (int j = 0; j < kLanes; ++j) squares[j] += (x[i + j] - mean) * (x[i + j] - mean);
  float square = 0;
  for (const float s : squares) square += s;
  for (int64_t i = whole; i < n; ++i) square += (x[i] - mean) * (x[i] - mean);
  const float by = 1.f / std::sqrt(square / static_cast<float>(n) + eps);
  for (int64_t i = 0; i < n; ++i) y[i] = (x[i] - mean) * by * weight[i] + bias[i];
}

INKSTONE_VECTOR_CLONES void gate(const float* h, const float* g, float* y, int64_t n) {
  for (int64_t i = 0; i < n; ++i) y[i] = h[i] * gelu(g[i]);
}

}  // namespace inkstone::kernels::rows
