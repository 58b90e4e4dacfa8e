// The gradient of DP-SGD (Abadi et al., "Deep learning with differential privacy", CCS 2016, algorithm 1): each picture's own
// gradient is scaled down to a bound, and the sum gets Gaussian noise that covers what any one picture could have changed.
#pragma once

#include <vector>

#include <ATen/core/Tensor.h>

#include "train/noise.hpp"

namespace inkstone {

struct PrivacySettings {
  double noise = 1;  // sigma: deviation of the noise, in bounds
  double bound = 1;  // C: largest norm of one picture's gradient over all parameters
  double batch = 1;  // expected pictures in a step: what the sum is divided by, however many there were
};

class PrivateGradient {
 public:
  PrivateGradient(const PrivacySettings& settings, std::vector<at::Tensor> parameters);

  // Takes one picture's gradient out of the parameters, scaled by min(1, C / norm); parameters without one count as zero. Returns
  // the norm it had; a norm that is not finite is returned and not taken.
  double take();

  // Leaves (sum + C sigma N(0, I)) / batch as the parameters' gradients.
  void release(StepNoise& noise);

 private:
  PrivacySettings settings_;
  std::vector<at::Tensor> parameters_, sums_;
};

}  // namespace inkstone
