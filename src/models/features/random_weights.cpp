#include "models/features/random_weights.hpp"

#include <cmath>

#include <ATen/ATen.h>

#include "tensor/noise.hpp"

namespace inkstone {

RandomWeights::RandomWeights(uint64_t seed) : generator_(generator_of(seed)) {}

void RandomWeights::normal(const std::string& name, at::IntArrayRef shape, double mean, double deviation) {
  weights.tensors[name] = at::empty(shape, at::kFloat).normal_(mean, deviation, generator_);
}

void RandomWeights::normed_convolution(const std::string& convolution, const std::string& norm, int64_t out, int64_t in,
                                       int64_t k) {
  normal(convolution + ".weight", {out, in, k, k}, 0, std::sqrt(2.0 / static_cast<double>(in * k * k)));
  normal(norm + ".weight", {out}, 1, 0.1);
  normal(norm + ".bias", {out}, 0, 0.1);
  normal(norm + ".running_mean", {out}, 0, 0.1);
  weights.tensors[norm + ".running_var"] = at::empty({out}, at::kFloat).uniform_(0.5, 1.5, generator_);
}

void RandomWeights::head(int64_t in) {
  normal("fc.weight", {1000, in}, 0, 1 / std::sqrt(static_cast<double>(in)));
  weights.tensors["fc.bias"] = at::zeros({1000});
}

}  // namespace inkstone
