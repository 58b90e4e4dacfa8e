// Parts of a network that only give its parameters the names that files have.
#pragma once

#include <memory>
#include <string>

#include <torch/nn.h>

#include "nn/frozen.hpp"

namespace inkstone {

// A new, empty module under the parent.
inline std::shared_ptr<torch::nn::Module> branch_of(torch::nn::Module& parent, const std::string& name) {
  return parent.register_module(name, std::make_shared<torch::nn::Module>(name));
}

// "<name>.weight" [count,width] under the parent, to be filled.
inline at::Tensor embedding_of(torch::nn::Module& parent, const std::string& name, int64_t count, int64_t width) {
  return branch_of(parent, name)->register_parameter("weight", nn::placeholder({count, width}), false);
}

}  // namespace inkstone
