// The convolutions of torchvision's AlexNet (Krizhevsky, "One weird trick for parallelizing convolutional neural networks",
// 2014), as LPIPS sees through them.
#pragma once

#include <array>
#include <vector>

#include <ATen/core/Tensor.h>

#include "tensor/state_dict.hpp"

namespace inkstone {

struct AlexNet {
  std::array<at::Tensor, 5> weights, biases;  // float32
};

// Tensors features.{0,3,6,8,10}.{weight,bias}. Throws corrupt_file where one is missing or of another shape.
AlexNet make_alexnet(const StateDict& weights);

// The five rectified convolutions, [N,64|192|384|256|256,h,w]. rgb float32 [N,3,H,W] in [0,1], sides at least 63.
// Throws bad_argument for smaller pictures.
std::vector<at::Tensor> features(const AlexNet& network, const at::Tensor& rgb);

}  // namespace inkstone
