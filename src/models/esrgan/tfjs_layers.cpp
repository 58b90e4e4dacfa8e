#include "models/esrgan/tfjs_layers.hpp"

#include <ATen/ATen.h>

namespace inkstone {

StateDict from_tfjs_layers(const StateDict& weights) {
  StateDict renamed;
  for (const auto& [name, tensor] : weights.tensors) {
    const auto slash = name.rfind('/');
    if (slash == std::string::npos) continue;
    const auto layer = name.substr(0, slash), part = name.substr(slash + 1);
    if (part == "kernel" && tensor.dim() == 4) renamed.tensors[layer + ".weight"] = tensor.permute({3, 2, 0, 1}).contiguous();
    if (part == "bias") renamed.tensors[layer + ".bias"] = tensor;
  }
  return renamed;
}

}  // namespace inkstone
