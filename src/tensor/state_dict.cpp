#include "tensor/state_dict.hpp"

#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/nearest.hpp"
#include "inkstone/error.hpp"

namespace inkstone {

const at::Tensor& StateDict::at(const std::string& name) const {
  const auto found = tensors.find(name);
  if (found != tensors.end()) return found->second;
  std::vector<std::string> names;
  for (const auto& entry : tensors) names.push_back(entry.first);
  throw Error(ErrorCategory::corrupt_file, fmt::format("the weights have no tensor '{}'{}", name, did_you_mean(name, names)));
}

const at::Tensor& StateDict::at(const std::string& name, at::IntArrayRef shape) const {
  const auto& tensor = at(name);
  bool fits = tensor.dim() == static_cast<int64_t>(shape.size());
  for (std::size_t i = 0; fits && i < shape.size(); ++i) fits = shape[i] == -1 || shape[i] == tensor.size(i);
  if (fits) return tensor;
  throw Error(ErrorCategory::corrupt_file, fmt::format("tensor '{}' has shape [{}], expected [{}]", name,
                                                       fmt::join(tensor.sizes(), ", "), fmt::join(shape, ", ")));
}

}  // namespace inkstone
