// Weights of a byte each: 32 neighbours share a scale, as in the format Q8_0 of GGUF. Half the memory of bfloat16, at an error of
// at most 1/254 of the largest of the 32.
#pragma once

#include <ATen/core/Tensor.h>

namespace inkstone::kernels {

constexpr int64_t kEightBitBlock = 32;

// weight[i] = scales[i / 32] * values[i], counted along the flattened weight.
struct EightBitWeight {
  at::Tensor values;  // int8, of the weight's shape
  at::Tensor scales;  // float32 [ceil(numbers / 32)]
};

// Any floating dtype, on the CPU. scale = max |w| / 127 of each block, values rounded to the nearest.
EightBitWeight to_eight_bits(const at::Tensor& weight);

// float32 or bfloat16, of the weight's shape.
at::Tensor from_eight_bits(const EightBitWeight& weight, at::ScalarType dtype);

}  // namespace inkstone::kernels
