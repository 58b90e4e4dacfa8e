// Which tensor is which convolution of VGG: the naming schemes of torchvision, Keras, Caffe and Collaborative Distillation.
#pragma once

#include <map>
#include <utility>

#include <ATen/core/Tensor.h>

#include "tensor/state_dict.hpp"

namespace inkstone::vgg {

enum class Scheme { torchvision, keras, caffe, collaborative };

struct Convolution {
  at::Tensor weight, bias;  // float32 [O,I,k,k], [O]
};

struct Layout {
  Scheme scheme = Scheme::torchvision;
  std::map<std::pair<int, int>, Convolution> convolutions;  // by (block, place in block), both from 1
};

// Throws unsupported where no scheme fits, corrupt_file where blocks or places are missing in between.
Layout find_layout(const StateDict& weights);

}  // namespace inkstone::vgg
