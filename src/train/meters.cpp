#include "train/meters.hpp"

#include <torch/types.h>

namespace inkstone {

void Meters::add(const std::string& name, const at::Tensor& scalar) {
  auto& sum = sums_[name];
  const at::Tensor value = scalar.detach().to(at::kDouble).reshape({});
  sum.total = sum.count++ == 0 ? value.clone() : sum.total + value;
}

std::map<std::string, double> Meters::take() {
  std::map<std::string, double> means;
  for (const auto& [name, sum] : sums_) means[name] = sum.total.item<double>() / double(sum.count);
  sums_.clear();
  return means;
}

}  // namespace inkstone
