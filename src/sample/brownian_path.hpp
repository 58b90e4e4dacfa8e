// One path of Brownian motion through all noise levels, for solvers that draw noise: steps of any length see the same path, so a
// picture converges as its steps are made more. Levels are halved again and again, and each middle is drawn given its ends
// (Levy's construction), from a seed that its place in the tree decides.
#pragma once

#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

namespace inkstone {

class BrownianPath {
 public:
  // One path per picture, of `shape` [C,H,W], over sigma from `most` down to `least` > 0; levels outside are held to the ends.
  BrownianPath(std::vector<uint64_t> seeds, at::IntArrayRef shape, double most, double least, at::Device device = at::kCPU);

  // The motion from one level down to another, scaled to a standard normal: float32 [N, shape...].
  at::Tensor between(double from, double to) const;

 private:
  double place(double sigma) const;     // in [0,1], even in ln sigma
  at::Tensor at_place(double u) const;  // the motion from 0 to u

  std::vector<uint64_t> seeds_;
  std::vector<int64_t> shape_;
  double most_, least_;
  at::Device device_;
};

}  // namespace inkstone
