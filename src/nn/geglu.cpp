#include "nn/geglu.hpp"

#include <ATen/ATen.h>

namespace inkstone::nn {

at::Tensor geglu(const at::Tensor& x) {
  const int64_t width = x.size(-1) / 2;
  return x.narrow(-1, 0, width) * at::gelu(x.narrow(-1, width, width));
}

}  // namespace inkstone::nn
