// Walks through noise. Straight lines leave the shell where normal noise lies; great circles stay on it (Shoemake 1985; White, "Sampling generative
// networks", 2016).
#pragma once

#include <ATen/core/Tensor.h>

namespace inkstone {

// a, b: [shape...]; t in [0,1]. Falls back to a straight line where they point the same way.
at::Tensor slerp(const at::Tensor& a, const at::Tensor& b, double t);

// stops: [N, shape...], N >= 2. From each to the next in `frames` steps, the last stop included: [(N-1)*frames + 1, shape...]; one stop gives itself.
at::Tensor spherical_walk(const at::Tensor& stops, int64_t frames);

}  // namespace inkstone
