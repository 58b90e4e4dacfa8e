#include "train/noise.hpp"

#include <torch/types.h>

#include "tensor/noise.hpp"

namespace inkstone {

StepNoise::StepNoise(uint64_t seed, int64_t step, Share share, at::Device device)
    : seed_(seed), step_(step), share_(share), device_(device), count_(share.count) {}

void StepNoise::select(int64_t first, int64_t count, uint64_t call) {
  first_ = first;
  count_ = count;
  calls_ = call;
}

at::Generator StepNoise::next() {
  return generator_of(mix_seed(seed_, step_, calls_++));
}

std::vector<int64_t> StepNoise::joint_shape(at::IntArrayRef shape_per_sample) const {
  std::vector<int64_t> shape(shape_per_sample.begin(), shape_per_sample.end());
  shape.insert(shape.begin(), share_.total);
  return shape;
}

at::Tensor StepNoise::rows(const at::Tensor& joint) const {
  return joint.narrow(0, share_.first + first_, count_).to(device_);
}

at::Tensor StepNoise::normal(at::IntArrayRef shape) {
  return rows(at::randn(joint_shape(shape), next(), at::kFloat));
}

at::Tensor StepNoise::joint_normal(at::IntArrayRef shape) {
  return at::randn(shape, next(), at::kFloat).to(device_);
}

at::Tensor StepNoise::uniform(at::IntArrayRef shape, double low, double high) {
  return rows(at::rand(joint_shape(shape), next(), at::kFloat)).mul(high - low).add(low);
}

at::Tensor StepNoise::integers(int64_t low, int64_t high) {
  return rows(at::randint(low, high, {share_.total}, next(), at::kLong));
}

}  // namespace inkstone
