#include "kernels/adam.hpp"

#include <cmath>

#include <ATen/Parallel.h>

#include "kernels/vector_clones.hpp"

namespace inkstone {
namespace {

INKSTONE_VECTOR_CLONES
void adam_range(float* __restrict weight, const float* __restrict gradient, float* __restrict m, float* __restrict v,
                int64_t begin, int64_t end, const AdamStep& s) {
  for (int64_t i = begin; i < end; ++i) {
    const float w = weight[i] * s.shrink;
    const float g = gradient[i] + s.decay * w;
    m[i] = s.beta1 * m[i] + (1 - s.beta1) * g;
    v[i] = s.beta2 * v[i] + (1 - s.beta2) * g * g;
    weight[i] = w - s.rate * m[i] / (std::sqrt(v[i]) * s.second_scale + s.eps);
  }
}

}  // namespace

void adam(float* weight, const float* gradient, float* m, float* v, int64_t n, const AdamStep& step) {
  constexpr int64_t kGrain = 1 << 16;
  at::parallel_for(0, n, kGrain, [&](int64_t begin, int64_t end) { adam_range(weight, gradient, m, v, begin, end, step); });
}

}  // namespace inkstone
