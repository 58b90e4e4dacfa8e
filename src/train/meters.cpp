#include "train/meters.hpp"

#include <fstream>

#include <torch/types.h>
#include <unistd.h>

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

double resident_mebibytes() {
  std::ifstream statm("/proc/self/statm");
  double all = 0, resident = 0;
  statm >> all >> resident;
  return resident * double(sysconf(_SC_PAGESIZE)) / (1 << 20);
}

}  // namespace inkstone
