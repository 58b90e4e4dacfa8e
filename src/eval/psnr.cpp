#include "eval/psnr.hpp"

#include <ATen/ATen.h>

#include "inkstone/error.hpp"

namespace inkstone {

at::Tensor psnr(const at::Tensor& a, const at::Tensor& b, double peak) {
  if (a.sizes() != b.sizes())
    throw Error(ErrorCategory::bad_argument, "PSNR compares pictures of one size; resize one set first");
  const auto error = (a.to(at::kDouble) - b.to(at::kDouble)).square().flatten(1).mean(1);
  return (10 * (peak * peak / error).log10()).clamp_max(kPsnrOfEqual);
}

}  // namespace inkstone
