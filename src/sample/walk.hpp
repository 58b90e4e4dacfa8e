// Walks through noise from one seed's to the next, on great circles (tensor/slerp.hpp).
#pragma once

#include <ATen/core/Tensor.h>

namespace inkstone {

// stops: [N, shape...], N >= 2. From each to the next in `frames` steps, the last stop included: [(N-1)*frames + 1, shape...];
// one stop gives itself.
at::Tensor spherical_walk(const at::Tensor& stops, int64_t frames);

}  // namespace inkstone
