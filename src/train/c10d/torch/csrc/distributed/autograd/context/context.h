// Stands in for a header that Debian's libtorch leaves out and that c10d/reducer.hpp includes: just what the Reducer's own
// declaration needs. Of no use with a libtorch that ships it, which comes first in the search path.
#pragma once

#include <functional>
#include <memory>

#include <ATen/core/Tensor.h>

namespace torch::distributed::autograd {

class DistAutogradContext {
 public:
  using GradCallback = std::function<bool(at::Tensor&)>;
};
using ContextPtr = std::shared_ptr<DistAutogradContext>;

}  // namespace torch::distributed::autograd
