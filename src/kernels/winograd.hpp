// 3x3 convolutions of stride 1 in float32 by minimal filtering, F(4x4,3x3) (Lavin and Gray, "Fast algorithms for convolutional
// neural networks", CVPR 2016): 36 multiplications for a tile of 16 pixels instead of 144. oneDNN has it for AVX-512, on pictures
// laid out in blocks of 16 channels; the reorders there and back are done here. Rounding grows by about ten times over the direct
// way.
#pragma once

#include <array>
#include <cstdint>

#include <ATen/core/Tensor.h>

namespace inkstone::kernels {

// Whether this processor and oneDNN have it for conv(x, weight) with so many zeros around x, and it is the faster way:
// x [N,I,H,W], weight [O,I,3,3], both float32 on the CPU, I and O multiples of 16, at least 32.
bool suits_winograd(const at::Tensor& x, const at::Tensor& weight, int64_t padding);

struct WinogradOutput {
  at::Tensor y;      // [N,O,H',W'], channels-last
  at::Tensor input;  // x in blocks, which the gradient of the weights reads
};
// conv(x) + bias. bias float32 [O] or undefined.
WinogradOutput winograd(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, int64_t padding);

struct WinogradGradients {
  at::Tensor x, weight, bias;  // undefined where not wanted; the bias comes with the weight
};
// input: of the forward pass, for a picture of these sizes.
WinogradGradients winograd_backward(const at::Tensor& dy, const at::Tensor& input, at::IntArrayRef sizes,
                                    const at::Tensor& weight, int64_t padding, bool wants_x, bool wants_weight);

}  // namespace inkstone::kernels
