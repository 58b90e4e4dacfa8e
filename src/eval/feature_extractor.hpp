// What distribution metrics look at pictures through: a network that turns each into a vector of numbers.
#pragma once

#include <cstdint>
#include <string>

#include <ATen/core/Tensor.h>

namespace inkstone {

struct FeatureBatch {
  at::Tensor features;       // float32 [N,D] on the CPU
  at::Tensor probabilities;  // float32 [N,classes] on the CPU, rows sum to 1; undefined where the network is no classifier
};

class FeatureExtractor {
 public:
  virtual ~FeatureExtractor() = default;

  // What figures are comparable by: network, weights and preprocessing, as "inception-v3/6726825d/bilinear". Two extractors of
  // one name give one result.
  virtual std::string name() const = 0;
  virtual int64_t dimension() const = 0;
  virtual bool has_probabilities() const = 0;

  // pictures: uint8 [N,C,H,W], C = 1 or 3, sRGB, any size. Without gradients. Throws bad_argument for other channels.
  virtual FeatureBatch operator()(const at::Tensor& pictures) const = 0;
};

}  // namespace inkstone
