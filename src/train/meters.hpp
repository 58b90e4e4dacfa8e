// Means of what a run reports between two lines of its log. Values may be tensors on any device; they are fetched once, when the
// mean is asked for.
#pragma once

#include <map>
#include <string>

#include <ATen/core/Tensor.h>

namespace inkstone {

class Meters {
 public:
  void add(const std::string& name, const at::Tensor& scalar);
  // The means since the last call, which starts them afresh.
  std::map<std::string, double> take();

 private:
  struct Sum {
    at::Tensor total;  // float64
    int64_t count = 0;
  };
  std::map<std::string, Sum> sums_;
};

}  // namespace inkstone
