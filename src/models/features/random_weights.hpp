// Weights drawn from a seed, for tests of networks whose published weights are not at hand: of about the size that training
// leaves, so that activations neither vanish nor burst.
#pragma once

#include <cstdint>
#include <string>

#include <ATen/core/Generator.h>

#include "tensor/state_dict.hpp"

namespace inkstone {

class RandomWeights {
 public:
  explicit RandomWeights(uint64_t seed);

  void normal(const std::string& name, at::IntArrayRef shape, double mean, double deviation);
  // convolution.weight [out,in,k,k], and a batch norm of out channels.
  void normed_convolution(const std::string& convolution, const std::string& norm, int64_t out, int64_t in, int64_t k);
  // fc.weight [1000,in] and its bias, zero.
  void head(int64_t in);

  StateDict weights;

 private:
  at::Generator generator_;
};

}  // namespace inkstone
