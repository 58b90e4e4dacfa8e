// Walks through noise. Straight lines leave the shell where normal noise lies; great circles stay on it (Shoemake 1985; White,
// "Sampling generative networks", 2016).
#pragma once

#include <ATen/core/Tensor.h>

namespace inkstone {

// a, b: float [N, shape...], a vector in each row; t: [N] in [0,1]. Along the great circle from a to b, their lengths blended; a
// straight line where they point the same way. Computed in float64, given back as a's dtype.
at::Tensor slerp(const at::Tensor& a, const at::Tensor& b, const at::Tensor& t);

}  // namespace inkstone
