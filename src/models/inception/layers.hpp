// The 94 convolutions of FID's Inception-v3 by name and shape: what a file must hold, and what random weights are made for.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace inkstone::inception {

struct Convolution {
  std::string name;  // "Mixed_5b.branch1x1": tensors <name>.conv.weight and <name>.bn.{weight,bias,running_mean,running_var}
  int64_t in, out, height, width;  // channels and kernel
};

inline constexpr int64_t kFeatures = 2048, kClasses = 1008;

// In the order in which they run.
std::vector<Convolution> convolutions();

}  // namespace inkstone::inception
