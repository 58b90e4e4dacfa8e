// What a dream makes more of, as a function of the picture with its gradient: the activity of layers or channels, a class, or the
// likeness to a guide's features. One window of a picture at a time, so that a picture of any size can be dreamt on in tiles.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "models/features/feature_network.hpp"

namespace inkstone::dream {

// "inception_4c/output", "res4f:17", "inception_3b/output:9*0.5"
struct DreamTarget {
  std::string layer;
  std::optional<int64_t> channel;
  double weight = 1;
};

// Throws bad_argument for a text that is no target.
DreamTarget parse_target(const std::string& text);

class DreamObjective {
 public:
  // guide: [1,3,h,w] in [0,1], or undefined. Throws bad_argument for a layer or channel that the network lacks.
  DreamObjective(const FeatureNetwork& network, std::vector<DreamTarget> targets, const at::Tensor& guide);

  // x [1,3,H,W] float32 in units of 1/255. Sum over targets of weight times
  //     a layer      mean of half its squares (google/deepdream's objective_L2, made independent of size)
  //     a channel    its mean
  //     a guide      mean over positions of the inner product with the guide's feature that fits best (objective_guide)
  // and gradient = d value / d x.
  double evaluate(const at::Tensor& x, at::Tensor& gradient) const;

  // Bytes that one evaluation keeps per pixel, about.
  double bytes_per_pixel() const;

 private:
  at::Tensor value_of(std::size_t target, const at::Tensor& features) const;

  const FeatureNetwork& network_;
  std::vector<DreamTarget> targets_;
  std::vector<std::size_t> taps_;
  std::vector<at::Tensor> guides_;  // per target [C,n]; empty: no guide
};

}  // namespace inkstone::dream
