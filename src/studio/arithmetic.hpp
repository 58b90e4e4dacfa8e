// The arithmetic of a network, as requests spell it.
#pragma once

#include <string_view>

#include <c10/core/ScalarType.h>

#include "kernels/convolution.hpp"

namespace inkstone::studio {

// "f32", "bf16", or "auto": bfloat16 where the processor is fast in it.
inline at::ScalarType arithmetic_of(std::string_view type) {
  return type == "bf16" || (type == "auto" && kernels::has_fast_bfloat16()) ? at::kBFloat16 : at::kFloat;
}

}  // namespace inkstone::studio
