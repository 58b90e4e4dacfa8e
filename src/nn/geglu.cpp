#include "nn/geglu.hpp"

#include <ATen/ATen.h>

#include "kernels/transformer.hpp"

namespace inkstone::nn {

at::Tensor geglu(const at::Tensor& x) {
  if (x.is_cpu() && !x.requires_grad() && (x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16))
    return kernels::geglu(x);
  const int64_t width = x.size(-1) / 2;
  return x.narrow(-1, 0, width) * at::gelu(x.narrow(-1, width, width));
}

}  // namespace inkstone::nn
