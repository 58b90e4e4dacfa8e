// Every random number of a training step as a pure function of (seed, step, order of the calls): nothing about generators
// needs to be remembered to resume a run, and processes that share a batch draw what one process would have drawn.
#pragma once

#include <cstdint>
#include <vector>

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

namespace inkstone {

// The place of this process' samples in the joint batch.
struct Share {
  int64_t first = 0, count = 0, total = 0;
};

class StepNoise {
 public:
  StepNoise(uint64_t seed, int64_t step, Share share, at::Device device);

  // What follows is drawn for rows [first, first + count) of the process' share, and starts again from draw number `call`: parts
  // of a batch that make the same calls in the same order get rows of the same draws.
  void select(int64_t first, int64_t count, uint64_t call);
  uint64_t calls() const { return calls_; }

  at::Tensor normal(at::IntArrayRef shape_per_sample);                                    // float32 [count, ...]
  at::Tensor uniform(at::IntArrayRef shape_per_sample, double low = 0, double high = 1);  // float32 [count, ...]
  at::Tensor integers(int64_t low, int64_t high);                                         // int64 [count] in [low, high)
  at::Tensor joint_normal(at::IntArrayRef shape);  // float32 [shape...], not by sample: the same in every process

 private:
  at::Generator next();
  at::Tensor rows(const at::Tensor& joint) const;
  std::vector<int64_t> joint_shape(at::IntArrayRef shape_per_sample) const;

  uint64_t seed_;
  int64_t step_;
  Share share_;
  at::Device device_;
  int64_t first_ = 0, count_ = 0;
  uint64_t calls_ = 0;
};

}  // namespace inkstone
