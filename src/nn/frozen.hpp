// A network whose parameters take no part in gradients while in scope: what lies before it still gets its own.
#pragma once

#include <utility>
#include <vector>

#include <torch/nn.h>

namespace inkstone::nn {

class Frozen {
 public:
  explicit Frozen(torch::nn::Module& network) {
    for (auto& parameter : network.parameters())
      if (parameter.requires_grad()) thawed_.push_back(parameter.requires_grad_(false));
  }
  ~Frozen() {
    for (auto& parameter : thawed_) parameter.requires_grad_(true);
  }
  Frozen(const Frozen&) = delete;
  Frozen& operator=(const Frozen&) = delete;

 private:
  std::vector<at::Tensor> thawed_;
};

}  // namespace inkstone::nn
