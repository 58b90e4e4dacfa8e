// Weights of a TensorFlow.js layers model as torch names and orders them.
#pragma once

#include "tensor/state_dict.hpp"

namespace inkstone {

// "layer/kernel" [h,w,I,O] -> "layer.weight" [O,I,h,w]; "layer/bias" -> "layer.bias". Other tensors are left out.
StateDict from_tfjs_layers(const StateDict& weights);

}  // namespace inkstone
