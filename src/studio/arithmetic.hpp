// The arithmetic of a network, as requests spell it.
#pragma once

#include <string_view>

#include <c10/core/ScalarType.h>

#include "kernels/convolution.hpp"

namespace inkstone::studio {

// "f32", "bf16", or, for every other word ("auto", "q8_0"), bfloat16 where the processor is fast in it.
inline at::ScalarType arithmetic_of(std::string_view type) {
  return type == "bf16" || (type != "f32" && kernels::has_fast_bfloat16()) ? at::kBFloat16 : at::kFloat;
}

}  // namespace inkstone::studio
