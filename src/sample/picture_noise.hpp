// Noise drawn on the way, one generator per picture: picture k's numbers depend on its seed alone, never on the batch around it.
#pragma once

#include <cstdint>
#include <vector>

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

namespace inkstone {

class PictureNoise {
 public:
  // Goes on where the starting noise of `shape` (one picture: [C,H,W]) ended, as other tools do with one generator for both.
  PictureNoise(const std::vector<uint64_t>& seeds, at::IntArrayRef shape, at::Device device = at::kCPU);

  at::Tensor next();  // standard normal float32 [N, shape...]

 private:
  std::vector<at::Generator> generators_;
  std::vector<int64_t> shape_;
  at::Device device_;
};

}  // namespace inkstone
