// Adam (Kingma and Ba 2015) over a list of tensors, with its state in the open so that a checkpoint can hold it.
#pragma once

#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "tensor/state_dict.hpp"

namespace inkstone::perceptual {

class Adam {
 public:
  Adam(std::vector<at::Tensor> parameters, double beta1, double beta2);

  // One step along the parameters' gradients, which are cleared.
  void step(double learning_rate);

  // Under "<prefix>.<index>.m" and ".v", and "<prefix>.steps".
  void save(StateDict& state, const std::string& prefix) const;
  void load(const StateDict& state, const std::string& prefix);

 private:
  std::vector<at::Tensor> parameters_, m_, v_;
  double beta1_, beta2_;
  int64_t steps_ = 0;
};

}  // namespace inkstone::perceptual
