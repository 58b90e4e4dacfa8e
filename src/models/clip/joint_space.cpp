#include "models/clip/joint_space.hpp"

#include <ATen/ATen.h>

namespace inkstone {

at::Tensor JointSpace::probabilities(const at::Tensor& seen, const at::Tensor& texts) const {
  return at::softmax(at::mv(texts, seen) * scale(), 0);
}

}  // namespace inkstone
