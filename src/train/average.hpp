// The exponential moving average of a network's weights, which paints better than the last weights do (Polyak and Juditsky 1992;
// for generators Yaz et al., ICLR 2019). Early on the decay is smaller, so that the random start is forgotten.
#pragma once

#include <string>
#include <vector>

#include <torch/nn.h>

#include "tensor/state_dict.hpp"

namespace inkstone {

class WeightAverage {
 public:
  // decay in [0,1). Parameters are averaged, and so are buffers of real numbers: the running statistics of batch norm belong to
  // the weights that they were taken with. Counters are copied.
  WeightAverage(torch::nn::Module& module, double decay);

  void update();
  // Exchanges the module's weights with the averages; calling it twice changes nothing.
  void swap();

  void save(StateDict& into, const std::string& prefix) const;
  void load(const StateDict& from, const std::string& prefix);

 private:
  std::vector<std::string> names_;
  std::vector<at::Tensor> live_, average_;  // parameters
  std::vector<std::string> buffer_names_;
  std::vector<at::Tensor> live_buffers_, buffers_;
  double decay_;
  int64_t updates_ = 0;
};

}  // namespace inkstone
